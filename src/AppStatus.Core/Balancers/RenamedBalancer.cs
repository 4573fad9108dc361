namespace AppStatus.Core.Balancers;

/// <summary>A balancer that is reached by another way than when its id was recorded, and answers to that id.</summary>
internal sealed class RenamedBalancer(IBalancer balancer, string id) : IBalancer, IActiveUnitCheck, IConfigurationKeeper, IPoolSwitcher
{
    public string Id => id;

    public BalancerCapabilities Capabilities => balancer.Capabilities;

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken) =>
        [.. (await balancer.GetMembersAsync(pool, cancellationToken).ConfigureAwait(false)).Select(Renamed)];

    public async Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) =>
        [.. (await balancer.FindMembersAsync(addresses, cancellationToken).ConfigureAwait(false)).Select(Renamed)];

    public async Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken) =>
        Renamed(await balancer.SetStateAsync(member with { Balancer = balancer.Id }, state, cancellationToken).ConfigureAwait(false));

    public async Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        Renamed(await balancer.SetWeightAsync(member with { Balancer = balancer.Id }, weight, cancellationToken).ConfigureAwait(false));

    public Task CheckActiveAsync(CancellationToken cancellationToken) => balancer.RequireActiveAsync(cancellationToken);

    public Task<string?> FindUnsyncedAsync(CancellationToken cancellationToken) => balancer.Keeper().FindUnsyncedAsync(cancellationToken);

    public Task CheckSyncAsync(CancellationToken cancellationToken) => balancer.Keeper().CheckSyncAsync(cancellationToken);

    public Task SyncAsync(CancellationToken cancellationToken) => balancer.Keeper().SyncAsync(cancellationToken);

    public Task SaveAsync(CancellationToken cancellationToken) => balancer.Keeper().SaveAsync(cancellationToken);

    public Task<SwitchableServer> ReadServerAsync(string name, CancellationToken cancellationToken) => balancer.Switcher().ReadServerAsync(name, cancellationToken);

    public Task<SwitchableServer> SwitchPoolAsync(string name, string pool, CancellationToken cancellationToken) => balancer.Switcher().SwitchPoolAsync(name, pool, cancellationToken);

    private PoolMember Renamed(PoolMember member) => member with { Balancer = id };
}
