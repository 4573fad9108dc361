using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>
/// Lets a write through only while the lease is ours for longer than the write can take: so at most one write that was on the
/// wire already lands after somebody else has taken over.
/// </summary>
internal sealed class LeasedBalancer(IBalancer balancer, ILease lease) : IBalancer, IActiveUnitCheck, IConfigurationKeeper, IPoolSwitcher
{
    /// <summary>What one write with its read-back may take, at the most.</summary>
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);

    public string Id => balancer.Id;

    public BalancerCapabilities Capabilities => balancer.Capabilities;

    public Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken) =>
        balancer.GetMembersAsync(pool, cancellationToken);

    public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) =>
        balancer.FindMembersAsync(addresses, cancellationToken);

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken) =>
        WriteAsync($"{member}", member, stop => balancer.SetStateAsync(member, state, stop), cancellationToken);

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        WriteAsync($"{member}", member, stop => balancer.SetWeightAsync(member, weight, stop), cancellationToken);

    public Task CheckActiveAsync(CancellationToken cancellationToken) => balancer.RequireActiveAsync(cancellationToken);

    public Task<string?> FindUnsyncedAsync(CancellationToken cancellationToken) => balancer.Keeper().FindUnsyncedAsync(cancellationToken);

    public Task CheckSyncAsync(CancellationToken cancellationToken) => balancer.Keeper().CheckSyncAsync(cancellationToken);

    public Task SyncAsync(CancellationToken cancellationToken) => WriteAsync("The device group", Id, stop => DoneAsync(balancer.Keeper().SyncAsync(stop)), cancellationToken);

    public Task SaveAsync(CancellationToken cancellationToken) => WriteAsync("The saved configuration", Id, stop => DoneAsync(balancer.Keeper().SaveAsync(stop)), cancellationToken);

    public Task<SwitchableServer> ReadServerAsync(string name, CancellationToken cancellationToken) => balancer.Switcher().ReadServerAsync(name, cancellationToken);

    public Task<SwitchableServer> SwitchPoolAsync(string name, string pool, CancellationToken cancellationToken) =>
        WriteAsync(name, name, stop => balancer.Switcher().SwitchPoolAsync(name, pool, stop), cancellationToken);

    private static async Task<bool> DoneAsync(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }

    // One that takes longer than the limit, over a connection that was given more time, is cut off with the lease.
    private async Task<T> WriteAsync<T>(string what, object target, Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        if (!lease.IsValidFor(WriteLimit)) throw Lost($"{what} was not changed: the lease of its pool is lost, or ends too soon to change anything under it.", target);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            return await write(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            throw Lost($"The lease of the pool was lost while {what} was changed: whether it was is not known.", target);
        }
    }

    private static AppStatusException Lost(string message, object target) => new(
        ErrorId.LeaseLost, message, "Look at who holds it with Get-Deployment; resume this deployment when that one has ended.", target);
}
