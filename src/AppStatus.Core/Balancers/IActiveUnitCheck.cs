namespace AppStatus.Core.Balancers;

/// <summary>A balancer of several units, of which the one at hand may carry no traffic: then its counts prove nothing, least of all that a member is idle.</summary>
internal interface IActiveUnitCheck
{
    /// <summary>Changes nothing.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StandbyUnit"/>, or it can't be reached.</exception>
    Task CheckActiveAsync(CancellationToken cancellationToken);
}
