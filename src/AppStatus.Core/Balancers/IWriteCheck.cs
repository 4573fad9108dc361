namespace AppStatus.Core.Balancers;

/// <summary>A balancer that can tell beforehand whether it would let this session write.</summary>
internal interface IWriteCheck
{
    /// <summary>Changes nothing.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.AccessDenied"/>, <see cref="Errors.ErrorId.StandbyUnit"/>, or it can't be reached.</exception>
    Task CheckWritableAsync(CancellationToken cancellationToken);
}
