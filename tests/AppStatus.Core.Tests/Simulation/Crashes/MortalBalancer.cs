using AppStatus.Core.Balancers;

namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>A balancer as one life reaches it.</summary>
internal sealed class MortalBalancer(IBalancer balancer, Life life, MemoryStore store) : IBalancer, IPoolSwitcher
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

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken) =>
        WriteAsync($"{member} was set {state}", () => balancer.SetStateAsync(member, state, life.Wire.Token));

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        WriteAsync($"{member} was given the weight {weight}", () => balancer.SetWeightAsync(member, weight, life.Wire.Token));

    public async Task<SwitchableServer> ReadServerAsync(string name, CancellationToken cancellationToken)
    {
        await life.AliveAsync();
        try
        {
            return await balancer.Switcher().ReadServerAsync(name, cancellationToken);
        }
        finally
        {
            await life.AliveAsync();
        }
    }

    public Task<SwitchableServer> SwitchPoolAsync(string name, string pool, CancellationToken cancellationToken) =>
        WriteAsync($"{name} was switched to {pool}", () => balancer.Switcher().SwitchPoolAsync(name, pool, life.Wire.Token));

    private async Task<T> WriteAsync<T>(string what, Func<Task<T>> write)
    {
        await life.BoundaryAsync();
        store.OnWrite(life, what);
        try
        {
            return await write();
        }
        finally
        {
            store.OnLanded(life, what);
            await life.BoundaryAsync();
        }
    }
}
