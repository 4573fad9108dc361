namespace AppStatus.Core.Deployments.Execution;

/// <summary>Brings a release onto an instance; at-least-once: after a crash it may run again with a higher attempt.</summary>
internal interface IDeployAction
{
    /// <summary>Returns when the release is on the instance. A cancellation stops what runs, and returns only when it has ended.</summary>
    /// <param name="attempt">From 1.</param>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.DeployFailed"/>, with what the user's code said.</exception>
    Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken);
}
