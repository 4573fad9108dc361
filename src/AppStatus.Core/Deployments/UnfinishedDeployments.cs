using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments;

/// <summary>What an earlier deployment of a pool has left: nothing new starts over it.</summary>
internal sealed class UnfinishedDeployments(IDeploymentStore store)
{
    /// <summary>The last deployment of any of the pools, if it is not settled; null: the pools are clear. Older ones are: none started over them.</summary>
    /// <param name="keys">What a deployment of the pools must hold: <see cref="LeaseKeys"/>.</param>
    public async Task<RunState?> FindAsync(IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var open = new HashSet<string>(keys, StringComparer.Ordinal);
        foreach (string id in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (open.Count == 0) break;
            if (!Concerns(await store.ReadPlanAsync(id, cancellationToken).ConfigureAwait(false), open)) continue;
            RunState state = RunState.Fold(await store.ReadAsync(id, cancellationToken).ConfigureAwait(false));
            if (!state.IsSettled) return state;
            // An undo that came to rest half way says nothing of what it undoes: that one speaks for itself. And what has touched
            // nothing may lie over one that was resumed after it.
            if (Touches(state)) open.ExceptWith(LeaseKeys.Of(state.Plan));
        }

        return null;
    }

    /// <summary>Another deployment has begun to change what this one had changed: a newer one of its pools, or its undo.</summary>
    public async Task<bool> IsOvertakenAsync(RunState state, CancellationToken cancellationToken) =>
        await FindNewerAsync(state.Id, state.Plan, cancellationToken).ConfigureAwait(false) is not null
        || (await ReadUndosAsync(state.Id, cancellationToken).ConfigureAwait(false)).Count > 0;

    /// <summary>An undo goes back to a snapshot, which only holds while nothing newer has touched the pools.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentSuperseded"/>.</exception>
    public async Task RefuseNewerAsync(string id, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        if (await FindNewerAsync(id, plan, cancellationToken).ConfigureAwait(false) is not { } newer) return;
        if ((await store.ReadPlanAsync(newer, cancellationToken).ConfigureAwait(false)).Completes == id)
            throw new AppStatusException(ErrorId.DeploymentSuperseded, $"Deployment {id} was completed by {newer}: what it had replaced is free for another release, and is no way back any more. Nothing was touched.", "Bring the earlier release to the instances in stage, and promote those.", id);
        throw new AppStatusException(
            ErrorId.DeploymentSuperseded, $"Deployment {newer} has touched the same pool after {id}. Nothing was touched.", $"Undo the newer one first: Undo-Deployment {newer}", id);
    }

    /// <summary>What was undone, or is being undone, or lies under a newer deployment, can't go on.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentSuperseded"/>.</exception>
    public async Task RefuseResumeAsync(RunState state, CancellationToken cancellationToken)
    {
        if (state.UndoneBy.Length > 0)
            throw new AppStatusException(ErrorId.DeploymentSuperseded, $"Deployment {state.Id} was undone by {state.UndoneBy}: there is nothing to go on with. Nothing was touched.", "Start a new deployment.", state.Id);
        if (await FindUndoAsync(state.Id, release: null, cancellationToken).ConfigureAwait(false) is { } undo)
            throw new AppStatusException(ErrorId.DeploymentSuperseded, $"Deployment {undo} has begun to undo {state.Id}. Nothing was touched.", $"Go on with that: Resume-Deployment {undo}", state.Id);
        await RefuseNewerAsync(state.Id, state.Plan, cancellationToken).ConfigureAwait(false);
        if (state.IsClosed)
            throw new AppStatusException(ErrorId.DeploymentNotRunning, $"Deployment {state.Id} has been closed by Stop-Deployment: nothing is left to go on with. Nothing was touched.", "Start a new deployment.", state.Id);
    }

    /// <summary>The id of the undo that has begun with this deployment; null: there is none, or it was closed.</summary>
    /// <param name="release">Where it shall go to; null: wherever.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentUnfinished"/>: it goes to another release.</exception>
    public async Task<string?> FindUndoAsync(string id, string? release, CancellationToken cancellationToken)
    {
        foreach (RunState undo in await ReadUndosAsync(id, cancellationToken).ConfigureAwait(false))
        {
            // What a closed one has undone is in the record of this one, and the rest can be undone anew.
            if (undo.IsClosed) continue;
            if (release is null || undo.Plan.Release == release) return undo.Id;
            throw new AppStatusException(
                ErrorId.DeploymentUnfinished, $"Deployment {undo.Id} has begun to undo {id}, to another release than {release}. Nothing was touched.", $"Go on with that: Resume-Deployment {undo.Id}", undo.Id);
        }

        return null;
    }

    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentUnfinished"/>, with the deployment's id as target.</exception>
    public async Task RefuseAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        if (await FindAsync(LeaseKeys.Of(plan), cancellationToken).ConfigureAwait(false) is not { } state) return;

        string[] leftOut = state.Lanes.Where(lane => lane.LeftOut).Select(lane => lane.Plan.Instance.Name).ToArray();
        string left = leftOut.Length == 0 ? "" : $" It had left out of traffic: {string.Join(", ", leftOut)}.";
        string typed = StoreLocation.Argument(store.Location), again = typed + (Results.Of(state, "").NeedsBlock ? " -Deploy {…}" : "");
        string how = state.Ended ? $"ended {state.State}" : "was interrupted";
        throw new AppStatusException(
            ErrorId.DeploymentUnfinished,
            $"Deployment {state.Id} of {state.Plan.Release} to {string.Join(", ", state.Plan.Pools.Select(pool => pool.Pool))} {how} and is not finished.{left} Nothing was touched.",
            $"Type Resume-Deployment {state.Id}{again} to go on with it, Undo-Deployment {state.Id}{again} to take it back, or Stop-Deployment {state.Id}{typed} to close it; or pass -OnUnfinished Resume or Undo.",
            state.Id);
    }

    private async Task<string?> FindNewerAsync(string id, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        var keys = new HashSet<string>(LeaseKeys.Of(plan), StringComparer.Ordinal);
        foreach (string newer in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (newer == id) return null;
            DeploymentPlan other = await store.ReadPlanAsync(newer, cancellationToken).ConfigureAwait(false);
            if (!Concerns(other, keys)) continue;
            if (Touches(RunState.Fold(await store.ReadAsync(newer, cancellationToken).ConfigureAwait(false)))) return newer;
        }

        return null;
    }

    private async Task<IReadOnlyList<RunState>> ReadUndosAsync(string id, CancellationToken cancellationToken)
    {
        var undos = new List<RunState>();
        foreach (string newer in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (newer == id) break;
            DeploymentPlan plan = await store.ReadPlanAsync(newer, cancellationToken).ConfigureAwait(false);
            if (plan.Undoes == id) undos.Add(RunState.Fold(await store.ReadAsync(newer, cancellationToken).ConfigureAwait(false)));
        }

        return undos;
    }

    // An undo is counted by what it undoes: that counts no more once it is undone whole.
    private static bool Touches(RunState state) =>
        state.Plan.Undoes.Length == 0 && state.UndoneBy.Length == 0 && state.Lanes.Any(lane => lane.Touched && !lane.Undone);

    private static bool Concerns(DeploymentPlan plan, ICollection<string> keys) => LeaseKeys.Of(plan).Any(keys.Contains);
}
