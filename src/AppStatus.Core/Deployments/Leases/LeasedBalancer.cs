using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>
/// Lets a write through only while the lease is ours for longer than the write can take: so at most one write that was on the
/// wire already lands after somebody else has taken over.
/// </summary>
internal sealed class LeasedBalancer(IBalancer balancer, ILease lease) : IBalancer
{
    /// <summary>What one write with its read-back may take, at the most.</summary>
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);

    public string Id => balancer.Id;

    public BalancerCapabilities Capabilities => balancer.Capabilities;

    public Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken) =>
        balancer.GetMembersAsync(pool, cancellationToken);

    public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) =>
        balancer.FindMembersAsync(addresses, cancellationToken);

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        Check(member);
        return balancer.SetStateAsync(member, state, cancellationToken);
    }

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken)
    {
        Check(member);
        return balancer.SetWeightAsync(member, weight, cancellationToken);
    }

    private void Check(PoolMember member)
    {
        if (lease.IsValidFor(WriteLimit)) return;
        throw new AppStatusException(
            ErrorId.LeaseLost, $"{member} was not changed: the lease of its pool is lost, or ends too soon to change anything under it.",
            "Look at who holds it with Get-Deployment; resume this deployment when that one has ended.", member);
    }
}
