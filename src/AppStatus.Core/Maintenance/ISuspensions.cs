using AppStatus.Core.Deployments.Leases;

namespace AppStatus.Core.Maintenance;

/// <summary>What is suspended, where each console finds it. A record stays until its member is put back.</summary>
internal interface ISuspensions
{
    /// <returns>The oldest first.</returns>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>, or the store can't be reached.</exception>
    Task<IReadOnlyList<SuspendedMember>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Records it, in the place of an earlier record of that member; it is durable when this returns.</summary>
    /// <param name="lease">Of the member's pool.</param>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>, <see cref="Errors.ErrorId.LeaseLost"/>.</exception>
    Task WriteAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken);

    /// <summary>Forgets it; nothing where there is none.</summary>
    /// <param name="lease">Of the member's pool.</param>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>, <see cref="Errors.ErrorId.LeaseLost"/>.</exception>
    Task RemoveAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken);
}
