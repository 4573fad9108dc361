using AppStatus.Lab.CommandLine;
using AppStatus.Lab.Load;

namespace AppStatus.Lab.Demo;

/// <summary><c>demo</c>: a whole rolling deployment under load, to look at.</summary>
internal sealed class DemoVerb : IVerb
{
    private const string From = "1.0", To = "2.0";

    public string Name => "demo";

    public string Summary => "a rolling deployment of eight instances behind a BIG-IP simulator, under load";

    public string Usage => "[--instances 8] [--rate 100] [--engine] (--engine: without PowerShell, even where there is one)";

    public async Task<int> RunAsync(VerbArguments arguments, TextWriter output, CancellationToken stopping)
    {
        int instances = (int)(arguments.Number("instances", 2, 32) ?? 8);
        double rate = arguments.Number("rate", 1, 1000) ?? 100;
        string? powerShell = arguments.Flag("engine") ? null : PowerShellHost.Find();
        arguments.RefuseRest();

        await output.WriteLineAsync($"Starting {instances} instances of version {From} behind a BIG-IP simulator, and {rate} requests a second ...");
        await using DemoRange range = await DemoRange.StartAsync(instances, From, DemoPorts.Free, stopping);
        using var loadEnds = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var load = new LoadOptions { Uri = range.TrafficUri, Rate = rate, Duration = TimeSpan.FromSeconds(LoadOptions.MaxSeconds), Paths = PathMix.Parse("/=98,/slow?ms=700=2") };
        Task<LoadResult> requests = LoadGenerator.RunAsync(load, loadEnds.Token);

        string report = Path.Combine(Directory.CreateTempSubdirectory("appstatus-report-").FullName, "demo.html");
        bool succeeded = powerShell is null
            ? await EngineDemo.RunAsync(range, To, report, output, stopping)
            : await PowerShellDemo.RunAsync(powerShell, range, To, report, output, stopping);

        await loadEnds.CancelAsync();
        LoadResult result = await requests;
        string versions = string.Join(", ", result.Versions.Select(version => $"{version.Value} by {version.Key}"));
        await output.WriteLineAsync($"requests: {result.Sent} sent, answered {versions}");
        await output.WriteLineAsync($"failed requests: {result.Failed}");
        foreach (string error in result.FirstErrors) await output.WriteLineAsync($"  {error}");
        if (File.Exists(report)) await output.WriteLineAsync($"report: {report}");
        return succeeded && result.Failed == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}
