namespace AppStatus.Core.Balancers;

/// <summary>What a balancer can do; a planner asks before it plans on it.</summary>
[Flags]
internal enum BalancerCapabilities
{
    None = 0,

    /// <summary>Counts live connections, so that a drain can be seen to end.</summary>
    ConnectionCounts = 1,

    /// <summary>Each member has a weight of its own.</summary>
    Weights = 2,

    /// <summary>Has <see cref="TrafficState.Offline"/> apart from <see cref="TrafficState.Draining"/>.</summary>
    Offline = 4,

    /// <summary>Counts nothing, but says when a drain is over: <see cref="PoolMember.Connections"/> is null until then, and 0 from then on.</summary>
    DrainEnd = 8,

    /// <summary>The weight is the pool's: setting one member's sets that of all of its pool.</summary>
    PoolWeights = 16,
}

internal static class BalancerCapabilitiesExtensions
{
    /// <summary>Whether the balancer itself tells, by whatever means, that a drained member has nothing left to do.</summary>
    public static bool ShowIdle(this BalancerCapabilities capabilities) =>
        (capabilities & (BalancerCapabilities.ConnectionCounts | BalancerCapabilities.DrainEnd)) != BalancerCapabilities.None;
}
