using System.Collections.Immutable;

namespace AppStatus.Lab.BigIp.Model;

internal sealed record Pool(FullPath Name)
{
    public const string RoundRobin = "round-robin";
    public const string RatioMember = "ratio-member";
    public const string LeastConnectionsMember = "least-connections-member";

    public MonitorRule? Monitor { get; init; }

    public string LoadBalancingMode { get; init; } = RoundRobin;

    /// <summary>Priority groups are used below this many available members; 0 switches them off.</summary>
    public int MinActiveMembers { get; init; }

    /// <summary>Seconds.</summary>
    public int SlowRampTime { get; init; } = 10;

    public string? Description { get; init; }

    public ImmutableSortedDictionary<FullPath, PoolMember> Members { get; init; } = ImmutableSortedDictionary.Create<FullPath, PoolMember>(FullPath.Order);

    /// <summary>The monitor rule that decides over a member; null where it has none.</summary>
    public MonitorRule? MonitorOf(PoolMember member) => member.HasOwnMonitor ? member.Monitor : Monitor;
}
