using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Configuration;

internal sealed record PoolConfiguration
{
    public required string Name { get; init; }

    public string Partition { get; init; } = FullPath.CommonPartition;

    /// <summary>A monitor's name, or a rule such as <c>min 1 of { a b }</c>.</summary>
    public string? Monitor { get; init; }

    public string LoadBalancingMode { get; init; } = Pool.RoundRobin;

    public int MinActiveMembers { get; init; }

    /// <summary>Seconds.</summary>
    public int SlowRampTime { get; init; } = Pool.DefaultSlowRampTime;

    public IReadOnlyList<MemberConfiguration> Members { get; init; } = [];
}
