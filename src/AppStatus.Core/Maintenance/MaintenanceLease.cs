using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;

namespace AppStatus.Core.Maintenance;

/// <summary>The same lease that a deployment holds, so that neither touches what the other is at.</summary>
internal static class MaintenanceLease
{
    /// <param name="holder">What is named to whoever finds the pools taken.</param>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.PoolLocked"/>, or the store can't be used.</exception>
    public static Task<ILease> AcquireAsync(IDeploymentStore store, IReadOnlyCollection<string> keys, string holder, TimeSpan wait, CancellationToken cancellationToken) =>
        store.Leases.AcquireAsync(keys, LeaseHolder.Here(holder, TimeProvider.System), wait, cancellationToken);
}
