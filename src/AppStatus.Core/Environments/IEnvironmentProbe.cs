namespace AppStatus.Core.Environments;

/// <summary>Waits until a part that was started does its work.</summary>
internal interface IEnvironmentProbe
{
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.EnvironmentNotReady"/>: it does not, in time.</exception>
    Task WaitAsync(EnvironmentDefinition definition, string part, CancellationToken cancellationToken);
}
