using System.Net;
using System.Text.Json;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.CommandLine;

namespace AppStatus.Lab.BigIp;

/// <summary><c>bigip</c>: the simulator, until it is told to stop.</summary>
internal sealed class BigIpVerb : IVerb
{
    public string Name => "bigip";

    public string Summary => "a BIG-IP simulator: iControl REST, monitors, virtual servers";

    public string Usage => "[--port N] [--config file.json] [--username admin] [--password admin]";

    public async Task<int> RunAsync(VerbArguments arguments, TextWriter output, CancellationToken stopping)
    {
        var configuration = Parse(arguments);
        await using var simulator = await StartAsync(configuration, stopping);
        foreach (var name in simulator.VirtualServers)
        {
            await output.WriteLineAsync($"virtual {name} {simulator.UriOf(name.Value).GetLeftPart(UriPartial.Authority)}");
        }

        await output.WriteLineAsync($"listening {simulator.ControlUri.GetLeftPart(UriPartial.Authority)}");
        await output.FlushAsync(stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        return ExitCodes.Success;
    }

    private static BigIpConfiguration Parse(VerbArguments arguments)
    {
        var configuration = arguments.Text("config") is { } file ? Load(file) : new BigIpConfiguration();
        configuration = configuration with
        {
            Port = arguments.Number("port", 0, IPEndPoint.MaxPort) ?? configuration.Port,
            User = arguments.Text("username") ?? configuration.User,
            Password = arguments.Text("password") ?? configuration.Password,
        };
        arguments.RefuseRest();
        return configuration;
    }

    private static BigIpConfiguration Load(string file)
    {
        try
        {
            return BigIpConfiguration.Load(file);
        }
        catch (JsonException mistake)
        {
            throw new UsageException($"'{file}': {mistake.Message}");
        }
    }

    private static async Task<BigIpSimulator> StartAsync(BigIpConfiguration configuration, CancellationToken stopping)
    {
        try
        {
            return await BigIpSimulator.StartAsync(configuration, stopping);
        }
        catch (Exception mistake) when (mistake is FormatException or ArgumentException)
        {
            throw new UsageException(mistake.Message);
        }
    }
}
