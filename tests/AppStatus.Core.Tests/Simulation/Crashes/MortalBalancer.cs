using AppStatus.Core.Balancers;

namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>A balancer as one life reaches it.</summary>
internal sealed class MortalBalancer(IBalancer balancer, Life life, MemoryStore store) : IBalancer
{
    public string Id => balancer.Id;

    public BalancerCapabilities Capabilities => balancer.Capabilities;

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        await life.AliveAsync();
        try
        {
            return await balancer.GetMembersAsync(pool, cancellationToken);
        }
        finally
        {
            await life.AliveAsync();
        }
    }

    public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) =>
        balancer.FindMembersAsync(addresses, cancellationToken);

    public async Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        await life.BoundaryAsync();
        store.OnWrite(life, member, state);
        try
        {
            return await balancer.SetStateAsync(member, state, life.Wire.Token);
        }
        finally
        {
            store.OnLanded(life, member, state);
            await life.BoundaryAsync();
        }
    }

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        balancer.SetWeightAsync(member, weight, cancellationToken);
}
