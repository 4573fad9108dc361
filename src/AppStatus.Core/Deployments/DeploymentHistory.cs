using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments;

/// <summary>What a store knows of its deployments, as they stand now.</summary>
internal sealed class DeploymentHistory(IDeploymentStore store)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(300);

    /// <summary>A deployment as it stands, with the state that its driver's life or death gives it.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentNotFound"/>, <see cref="ErrorId.JournalDamaged"/>, <see cref="ErrorId.StoreUnavailable"/>.</exception>
    public async Task<(DeploymentResult Result, RunState State)> ReadAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            RunState state = RunState.Fold(await store.ReadAsync(id, cancellationToken).ConfigureAwait(false));
            bool driven = await IsDrivenAsync(state, cancellationToken).ConfigureAwait(false);
            // It may have ended between the two looks.
            if (!driven && !state.Ended) state = RunState.Fold(await store.ReadAsync(id, cancellationToken).ConfigureAwait(false));
            return (Describe(state, driven), state);
        }
        catch (NullReferenceException cause)
        {
            throw new AppStatusException(
                ErrorId.JournalDamaged, $"The journal {store.JournalOf(id)} lacks what this version of AppStatus needs: another one has written it.", "Look at it with the version that wrote it, or move it out of the store.", id, cause);
        }
    }

    /// <summary>A deployment that stands so, whether or not somebody drives it.</summary>
    public DeploymentResult Describe(RunState state, bool driven)
    {
        DeploymentResult result = Results.Of(state, store.JournalOf(state.Id));
        DeploymentState now = state.UndoneBy.Length > 0 ? DeploymentState.RolledBack
            : state.Ended ? result.State
            : driven ? Driven(state)
            : DeploymentState.Interrupted;
        return result with { State = now, Store = store.Location };
    }

    /// <summary>Somebody holds the lease of its pools for it.</summary>
    public async Task<bool> IsDrivenAsync(RunState state, CancellationToken cancellationToken)
    {
        string? key = LeaseKeys.Of(state.Plan).FirstOrDefault();
        LeaseHolder? holder = key is null ? null : await store.Leases.FindHolderAsync(key, cancellationToken).ConfigureAwait(false);
        return holder?.DeploymentId == state.Id;
    }

    /// <summary>Whether somebody drives a deployment that stands so.</summary>
    public static bool IsDriven(DeploymentState state) =>
        state is DeploymentState.Running or DeploymentState.AwaitingApproval or DeploymentState.Stopping;

    /// <summary>Waits until a deployment has heeded what it was told.</summary>
    /// <param name="patience">Null: as long as it takes.</param>
    /// <exception cref="AppStatusException">As <see cref="ReadAsync"/>, and <see cref="ErrorId.TimedOut"/>.</exception>
    public async Task<DeploymentResult> AwaitAsync(string id, Func<DeploymentResult, RunState, bool> heeded, TimeSpan? patience, CancellationToken cancellationToken)
    {
        DateTimeOffset? until = MachineClock.UtcNow + patience;
        while (true)
        {
            (DeploymentResult now, RunState state) = await ReadAsync(id, cancellationToken).ConfigureAwait(false);
            if (heeded(now, state)) return now;
            if (until is { } end && MachineClock.UtcNow >= end)
            {
                throw new AppStatusException(
                    ErrorId.TimedOut, $"Deployment {id} was told, and has not heeded it within {patience!.Value.TotalSeconds:0} s: it is {now.State}.", $"Look at it with Get-Deployment {id}; its driver may hang.", now);
            }

            await MachineClock.DelayAsync(LookInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    private static DeploymentState Driven(RunState state) =>
        state.StopRequested ? DeploymentState.Stopping
        : state.Pause?.Reason == PauseReason.Approval ? DeploymentState.AwaitingApproval
        : state.Pause is not null ? DeploymentState.Paused
        : DeploymentState.Running;
}
