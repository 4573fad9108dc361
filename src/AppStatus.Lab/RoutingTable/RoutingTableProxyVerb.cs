using AppStatus.Core.Errors;
using AppStatus.Core.Redis;
using AppStatus.Lab.CommandLine;

namespace AppStatus.Lab.RoutingTable;

/// <summary><c>table-proxy</c>: the proxy before instances whose routing table stands in a Redis.</summary>
internal sealed class RoutingTableProxyVerb : IVerb
{
    public string Name => "table-proxy";

    public string Summary => "a proxy that goes round the entries of a list in a Redis, until it is stopped";

    public string Usage => "--redis redis://127.0.0.1:6379/0 [--key servers] [--port 8080] [--cache-ms 100]";

    public async Task<int> RunAsync(VerbArguments arguments, TextWriter output, CancellationToken stopping)
    {
        var options = new RoutingTableProxyOptions
        {
            Redis = Endpoint(arguments.RequiredText("redis")),
            Key = arguments.Text("key") ?? "servers",
            Port = (int)(arguments.Number("port", 0, 65535) ?? 8080),
            CacheFor = TimeSpan.FromMilliseconds(arguments.Number("cache-ms", 0, 60_000) ?? 100),
        };
        arguments.RefuseRest();

        await using RoutingTableProxy proxy = await RoutingTableProxy.StartAsync(options, stopping);
        await output.WriteLineAsync($"listening on {proxy.Uri}");
        await output.FlushAsync(stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping);
        return ExitCodes.Success;
    }

    private static RedisEndpoint Endpoint(string uri)
    {
        try
        {
            return RedisEndpoint.Parse(uri);
        }
        catch (AppStatusException exception)
        {
            throw new UsageException(exception.Message);
        }
    }
}
