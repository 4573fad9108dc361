using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Maintenance;

/// <summary>What is suspended, where each console finds it. A record stays until its member is put back.</summary>
internal interface ISuspensions
{
    /// <param name="unreadable">Told of each record that can't be read: its member is none of those that are returned.</param>
    /// <returns>The oldest first.</returns>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>, or the store can't be reached.</exception>
    Task<IReadOnlyList<SuspendedMember>> ListAsync(Action<Fault> unreadable, CancellationToken cancellationToken);

    /// <summary>Records it, in the place of an earlier record of that member; it is durable when this returns.</summary>
    /// <param name="lease">Of the member's pool.</param>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>, also where the earlier record can't be read: it is all that tells what the member was; <see cref="Errors.ErrorId.LeaseLost"/>.</exception>
    Task WriteAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken);

    /// <summary>Forgets it; nothing where there is none.</summary>
    /// <param name="lease">Of the member's pool.</param>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>, <see cref="Errors.ErrorId.LeaseLost"/>.</exception>
    Task RemoveAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken);
}
