using AppStatus.Core.Balancers.Changes;

namespace AppStatus.Core.Balancers;

/// <summary>A balancer that changes several members of a pool at one stroke: all of them, or none.</summary>
internal interface IMemberBatch
{
    /// <param name="pool">The pool of all of them.</param>
    /// <param name="changes">At least one.</param>
    /// <param name="cancellationToken">Ends it while nothing has taken effect; what has been sent for good is still read back.</param>
    /// <returns>An outcome for each, in their order. What can't be changed at all is refused by itself, without keeping the others from it.</returns>
    /// <exception cref="Errors.AppStatusException">None was changed.</exception>
    /// <exception cref="OperationCanceledException">None was changed.</exception>
    Task<IReadOnlyList<MemberOutcome>> ChangeAsync(string pool, IReadOnlyList<WantedChange> changes, CancellationToken cancellationToken);
}
