namespace AppStatus.Core.Deployments.Execution;

/// <summary>Brings a release onto an instance; at-least-once: after a crash it may run again with a higher attempt.</summary>
internal interface IDeployAction
{
    /// <summary>Returns when the release is on the instance. A cancellation stops what runs, and returns when that has ended; or, where it does not end, when the patience with it has.</summary>
    /// <param name="attempt">From 1.</param>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.DeployFailed"/>, with what the user's code said; <see cref="Errors.ErrorId.DeployNotStopped"/>: it was told to stop and may still be running, or an earlier one on this instance does, so none was started.</exception>
    Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken);
}
