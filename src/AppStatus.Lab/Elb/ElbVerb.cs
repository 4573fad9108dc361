using System.Net;
using System.Text.Json;
using AppStatus.Lab.CommandLine;
using AppStatus.Lab.Elb.Configuration;

namespace AppStatus.Lab.Elb;

/// <summary><c>elb</c>: the simulator, until it is told to stop.</summary>
internal sealed class ElbVerb : IVerb
{
    public string Name => "elb";

    public string Summary => "an AWS ELB simulator: query API, health checks, listeners";

    public string Usage => "--config file.json [--port N]";

    public async Task<int> RunAsync(VerbArguments arguments, TextWriter output, CancellationToken stopping)
    {
        var configuration = Parse(arguments);
        await using var simulator = await StartAsync(configuration, stopping);
        foreach (var group in simulator.Model.TargetGroups)
        {
            await output.WriteLineAsync($"target-group {group.Pool.Name} {group.Arn}");
        }

        foreach (var name in simulator.Listeners)
        {
            await output.WriteLineAsync($"listener {name} {simulator.UriOf(name).GetLeftPart(UriPartial.Authority)}");
        }

        await output.WriteLineAsync($"listening {simulator.ApiUri.GetLeftPart(UriPartial.Authority)}");
        await output.FlushAsync(stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        return ExitCodes.Success;
    }

    private static ElbConfiguration Parse(VerbArguments arguments)
    {
        var file = arguments.Text("config") ?? throw new UsageException("--config is missing: it names the target groups and what stands before them.");
        var port = arguments.Number("port", 0, IPEndPoint.MaxPort);
        arguments.RefuseRest();
        try
        {
            var configuration = ElbConfiguration.Load(file);
            return configuration with { Port = port ?? configuration.Port };
        }
        catch (JsonException mistake)
        {
            throw new UsageException($"'{file}': {mistake.Message}");
        }
    }

    private static async Task<ElbSimulator> StartAsync(ElbConfiguration configuration, CancellationToken stopping)
    {
        try
        {
            return await ElbSimulator.StartAsync(configuration, stopping);
        }
        catch (Exception mistake) when (mistake is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new UsageException(mistake.Message);
        }
    }
}
