namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>A connected HAProxy, or a group that is written to as one. The runtime API keeps no connection open.</summary>
public sealed class HAProxySession
{
    internal HAProxySession(HAProxyBalancer balancer, string version, string accessLevel, DateTimeOffset connectedAt)
    {
        Balancer = balancer;
        Version = version;
        AccessLevel = accessLevel;
        ConnectedAt = connectedAt;
    }

    /// <summary>What <see cref="PoolMember.Balancer"/>, leases and journals know it by: its addresses, normalised and sorted.</summary>
    public string Id => Balancer.Id;

    /// <summary>The addresses, as they were given.</summary>
    public IReadOnlyList<string> Uri => Balancer.Uris;

    public string Version { get; }

    /// <summary>The lowest of the group: <c>admin</c>, <c>operator</c> or <c>user</c>; only the first can write. Empty where HAProxy doesn't tell.</summary>
    public string AccessLevel { get; }

    public DateTimeOffset ConnectedAt { get; }

    internal HAProxyBalancer Balancer { get; }

    public override string ToString() => Id;
}
