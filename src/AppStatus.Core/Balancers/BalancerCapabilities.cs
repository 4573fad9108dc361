namespace AppStatus.Core.Balancers;

/// <summary>What a balancer can do; a planner asks before it plans on it.</summary>
[Flags]
internal enum BalancerCapabilities
{
    None = 0,

    /// <summary>Counts live connections, so that a drain can be seen to end.</summary>
    ConnectionCounts = 1,

    Weights = 2,

    /// <summary>Has <see cref="TrafficState.Offline"/> apart from <see cref="TrafficState.Draining"/>.</summary>
    Offline = 4,
}
