namespace AppStatus.Core.Deployments.Execution;

/// <summary>The user's code around a lane: before the drain, or after the members are back.</summary>
internal interface IInstanceHook
{
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.HookFailed"/>.</exception>
    Task RunAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken);
}
