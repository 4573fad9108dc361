namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>Where the runtime API of an HAProxy, or of each HAProxy of a pair, listens.</summary>
public sealed record HAProxyOptions
{
    /// <summary><c>tcp://host:port</c> or <c>unix:///path</c>; more than one for HAProxies that share one configuration.</summary>
    public required IReadOnlyList<Uri> Uris { get; init; }

    /// <summary>How long one connection may take, from connecting to the last byte.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection that is refused or cut off is tried again: a restarting HAProxy is away for a moment.</summary>
    public TimeSpan RestartGrace { get; init; } = TimeSpan.FromSeconds(3);
}
