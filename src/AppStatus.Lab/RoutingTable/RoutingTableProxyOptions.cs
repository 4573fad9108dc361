using AppStatus.Core.Redis;

namespace AppStatus.Lab.RoutingTable;

internal sealed record RoutingTableProxyOptions
{
    public required RedisEndpoint Redis { get; init; }

    public string Key { get; init; } = "servers";

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>How long it goes by one reading; zero reads for each request.</summary>
    public TimeSpan CacheFor { get; init; }
}
