namespace AppStatus.Core.Balancers;

/// <summary>What the balancer does with a member, apart from its health.</summary>
public enum TrafficState
{
    /// <summary>New connections come.</summary>
    Enabled,

    /// <summary>No new connections, but for persistent sessions; live ones go on.</summary>
    Draining,

    /// <summary>No new connections of any kind.</summary>
    Offline,
}
