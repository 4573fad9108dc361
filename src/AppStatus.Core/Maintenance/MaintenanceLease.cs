using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;

namespace AppStatus.Core.Maintenance;

/// <summary>The same lease that a deployment holds, so that neither touches what the other is at.</summary>
internal static class MaintenanceLease
{
    /// <summary>Does the work while it holds the lease, and gives it back however that ends.</summary>
    /// <param name="holder">What is named to whoever finds the pools taken.</param>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.PoolLocked"/>, or the store can't be used.</exception>
    public static async Task UnderAsync(
        IDeploymentStore store, IReadOnlyCollection<string> keys, string holder, TimeSpan wait, Func<ILease, Task> work, CancellationToken cancellationToken)
    {
        ILease lease = await store.Leases.AcquireAsync(keys, LeaseHolder.Here(holder, TimeProvider.System), wait, cancellationToken).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false)) await work(lease).ConfigureAwait(false);
    }
}
