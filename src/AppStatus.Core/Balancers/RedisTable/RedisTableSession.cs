namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>A connected routing table in a Redis.</summary>
public sealed class RedisTableSession : IDisposable
{
    internal RedisTableSession(RedisTableBalancer balancer, string userName, int memberCount, DateTimeOffset connectedAt)
    {
        Balancer = balancer;
        UserName = userName;
        MemberCount = memberCount;
        ConnectedAt = connectedAt;
    }

    /// <summary>What <see cref="PoolMember.Balancer"/>, leases and journals know it by: the Redis and the key.</summary>
    public string Id => Balancer.Id;

    public string Uri => Balancer.Endpoint.ToString();

    /// <summary>The list that the proxy reads; the name of the pool, too.</summary>
    public string Key => Balancer.Pool;

    /// <summary>Empty without a user.</summary>
    public string UserName { get; }

    /// <summary>When it was connected.</summary>
    public int MemberCount { get; }

    public DateTimeOffset ConnectedAt { get; }

    internal RedisTableBalancer Balancer { get; }

    public override string ToString() => Id;

    public void Dispose() => Balancer.Dispose();
}
