namespace AppStatus.Core.Deployments.Leases;

/// <summary>Where leases are kept.</summary>
internal interface ILeaseStore
{
    /// <summary>Acquires all keys or none, in ordinal order, so that two who want the same ones can't block each other.</summary>
    /// <param name="wait">How long to wait for another holder; zero tries once.</param>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.PoolLocked"/>, naming the holder; or the store can't be used.</exception>
    Task<ILease> AcquireAsync(IReadOnlyCollection<string> keys, LeaseHolder holder, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Who holds the lease of a key now; null: nobody.</summary>
    Task<LeaseHolder?> FindHolderAsync(string key, CancellationToken cancellationToken);
}
