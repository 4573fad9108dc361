using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments;

/// <summary>What a store knows of its deployments, as they stand now.</summary>
internal sealed class DeploymentHistory(IDeploymentStore store)
{
    /// <summary>A deployment as it stands, with the state that its driver's life or death gives it.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentNotFound"/>, <see cref="ErrorId.JournalDamaged"/>, <see cref="ErrorId.StoreUnavailable"/>.</exception>
    public async Task<(DeploymentResult Result, RunState State)> ReadAsync(string id, CancellationToken cancellationToken)
    {
        RunState state = RunState.Fold(await store.ReadAsync(id, cancellationToken).ConfigureAwait(false));
        DeploymentState now = state.UndoneBy.Length > 0 ? DeploymentState.RolledBack
            : state.Ended ? state.State
            : await IsDrivenAsync(state, cancellationToken).ConfigureAwait(false) ? Driven(state)
            : DeploymentState.Interrupted;
        return (Results.Of(state, $"{store.Location} {id}") with { State = now }, state);
    }

    /// <summary>Somebody holds the lease of its pools for it.</summary>
    public async Task<bool> IsDrivenAsync(RunState state, CancellationToken cancellationToken)
    {
        string? key = LeaseKeys.Of(state.Plan).FirstOrDefault();
        LeaseHolder? holder = key is null ? null : await store.Leases.FindHolderAsync(key, cancellationToken).ConfigureAwait(false);
        return holder?.DeploymentId == state.Id;
    }

    private static DeploymentState Driven(RunState state) =>
        state.StopRequested ? DeploymentState.Stopping
        : state.Pause?.Reason == PauseReason.Approval ? DeploymentState.AwaitingApproval
        : state.Pause is not null ? DeploymentState.Paused
        : DeploymentState.Running;
}
