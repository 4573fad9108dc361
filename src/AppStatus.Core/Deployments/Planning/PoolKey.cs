using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>A pool of one balancer.</summary>
public readonly record struct PoolKey(string Balancer, string Pool)
{
    public static PoolKey Of(PoolMember member) => new(member.Balancer, member.Pool);

    public override string ToString() => Pool;
}
