using AppStatus.Core.Redis;

namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>Which routing table, and how its Redis is reached.</summary>
public sealed record RedisTableOptions
{
    public required RedisOptions Redis { get; init; }

    /// <summary>The list that the proxy reads.</summary>
    public required string Key { get; init; }

    /// <summary>How long a Redis that is away is tried again: one that restarts is away for a moment, and then loads its data.</summary>
    public TimeSpan RestartGrace { get; init; } = TimeSpan.FromSeconds(5);
}
