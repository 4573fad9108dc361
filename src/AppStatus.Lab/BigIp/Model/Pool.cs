using System.Collections.Immutable;

namespace AppStatus.Lab.BigIp.Model;

internal sealed record Pool(FullPath Name)
{
    public const string RoundRobin = "round-robin";
    public const string RatioMember = "ratio-member";
    public const string RatioSession = "ratio-session";
    public const string RatioNode = "ratio-node";
    public const string LeastConnectionsMember = "least-connections-member";
    public const string LeastConnectionsNode = "least-connections-node";
    public const string RatioLeastConnectionsMember = "ratio-least-connections-member";

    /// <summary>Seconds over which a member that has come back gets its full share, as the device has it by default.</summary>
    public const int DefaultSlowRampTime = 10;

    /// <summary>What the lab does. The device has more, which go by what it measures.</summary>
    public static ImmutableArray<string> Modes { get; } =
        [RoundRobin, RatioMember, RatioSession, RatioNode, LeastConnectionsMember, LeastConnectionsNode, RatioLeastConnectionsMember];

    public MonitorRule? Monitor { get; init; }

    public string LoadBalancingMode { get; init; } = RoundRobin;

    /// <summary>Priority groups are used below this many available members; 0 switches them off.</summary>
    public int MinActiveMembers { get; init; }

    /// <summary>Seconds; 0 gives a member its full share at once.</summary>
    public int SlowRampTime { get; init; } = DefaultSlowRampTime;

    public string? Description { get; init; }

    public ImmutableSortedDictionary<FullPath, PoolMember> Members { get; init; } = ImmutableSortedDictionary.Create<FullPath, PoolMember>(FullPath.Order);

    /// <summary>The monitor rule that decides over a member; null where it has none.</summary>
    public MonitorRule? MonitorOf(PoolMember member) => member.HasOwnMonitor ? member.Monitor : Monitor;
}
