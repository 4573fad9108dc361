using AppStatus.Lab.CommandLine;

namespace AppStatus.Lab.Demo;

/// <summary><c>range</c>: what the demo runs on, to try the cmdlets on by hand.</summary>
internal sealed class RangeVerb : IVerb
{
    public string Name => "range";

    public string Summary => "application instances behind a BIG-IP simulator, until it is stopped";

    public string Usage => "[--instances 8] [--release 1.0] [--bigip-port 8443] [--traffic-port 8080] [--door-port 8090] [--first-port 7001] [--ready-file path]";

    public async Task<int> RunAsync(VerbArguments arguments, TextWriter output, CancellationToken stopping)
    {
        int instances = (int)(arguments.Number("instances", 2, 32) ?? 8);
        string release = arguments.Text("release") ?? "1.0";
        var ports = new DemoPorts(Port(arguments, "bigip-port", 8443), Port(arguments, "traffic-port", 8080), Port(arguments, "door-port", 8090), Port(arguments, "first-port", 7001));
        string? readyFile = arguments.Text("ready-file");
        arguments.RefuseRest();

        await using DemoRange range = await DemoRange.StartAsync(instances, release, ports, stopping);
        await output.WriteLineAsync($"""
            {instances} instances of {release} serve at {range.TrafficUri}, behind the BIG-IP simulator at {range.BigIpUri} (user {DemoRange.User}, password {DemoRange.Password}).
            POST {range.DoorUri}instances/PORT?version=2.0 replaces the process of one. Ctrl+C ends it all.
            """);
        if (readyFile is not null) await File.WriteAllTextAsync(readyFile, range.BigIpUri.ToString(), stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        return ExitCodes.Success;
    }

    private static int Port(VerbArguments arguments, string name, int otherwise) => (int)(arguments.Number(name, 0, 65535) ?? otherwise);
}
