using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments;

/// <summary>Drives deployments of a store, each under the lease of its pools: runs, goes on with, undoes, closes.</summary>
internal sealed class DeploymentDriver(IDeploymentStore store, DeploymentPorts ports)
{
    /// <summary>Runs a plan to its end, however it ends. A cancellation stops it in order.</summary>
    /// <param name="planAnew">Plans on a fresh look at the world, where the lease was waited for and the plan's look is old; null: the plan holds however old it is.</param>
    /// <param name="lockTimeout">How long to wait for another deployment of the same pools.</param>
    /// <exception cref="AppStatusException">Nothing was touched: <see cref="ErrorId.PoolLocked"/>, <see cref="ErrorId.DeploymentUnfinished"/>, <see cref="ErrorId.StoreUnavailable"/>. Later: <see cref="ErrorId.StoreUnavailable"/>, <see cref="ErrorId.LeaseLost"/>.</exception>
    public async Task<DeploymentResult> RunAsync(DeploymentPlan plan, TimeSpan lockTimeout, CancellationToken stop, Func<CancellationToken, Task<DeploymentPlan>>? planAnew = null)
    {
        ILease lease = await AcquireAsync(plan, lockTimeout, stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            var drive = new LeasedDrive(store, ports, lease);
            await new UnfinishedDeployments(store).RefuseAsync(plan, stop).ConfigureAwait(false);
            // Whoever held the lease until now has changed what the plan was made on.
            if (planAnew is not null && ports.Time.GetUtcNow() - plan.ReadAt > Admission.MaximumAge) plan = await planAnew(stop).ConfigureAwait(false);
            (RunState state, string location) = await drive.StartAsync(plan, stop).ConfigureAwait(false);
            return await ConcludeAsync(state, location, drive, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Goes on with a deployment from its journal: after a crash, a stop, a pause, a halt.</summary>
    /// <param name="retryFailed">Failed and compensated lanes are tried again, first, with a new failure budget.</param>
    /// <exception cref="AppStatusException">As <see cref="RunAsync"/>, and <see cref="ErrorId.DeploymentNotFound"/>, <see cref="ErrorId.JournalDamaged"/>.</exception>
    public async Task<DeploymentResult> ResumeAsync(string id, bool retryFailed, TimeSpan lockTimeout, CancellationToken stop)
    {
        DeploymentPlan plan = await store.ReadPlanAsync(id, stop).ConfigureAwait(false);
        ILease lease = await AcquireAsync(plan, lockTimeout, stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            return await ResumeAsync(id, retryFailed, new LeasedDrive(store, ports, lease), stop).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a deployment back to where things were before it, under its own limits. Undoing twice changes nothing.</summary>
    /// <param name="release">A known earlier release in place of each instance's own; null: each one's own.</param>
    /// <exception cref="AppStatusException">As <see cref="RunAsync"/>, and <see cref="ErrorId.EarlierReleaseUnknown"/>, <see cref="ErrorId.DeploymentSuperseded"/>.</exception>
    public async Task<DeploymentResult> UndoAsync(string id, string? release, TimeSpan lockTimeout, CancellationToken stop)
    {
        DeploymentPlan plan = await store.ReadPlanAsync(id, stop).ConfigureAwait(false);
        ILease lease = await AcquireAsync(plan, lockTimeout, stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            return await UndoAsync(id, release, new LeasedDrive(store, ports, lease), stop).ConfigureAwait(false);
        }
    }

    /// <summary>Brings an unfinished deployment to its end, or back, so that another one may start.</summary>
    /// <param name="undo">Back; else it goes on, unless it is itself an undo, which goes on in any case.</param>
    /// <returns>Null: nothing of it is in the way. Else it came to an end of its own.</returns>
    /// <exception cref="AppStatusException">As a resume's and an undo's.</exception>
    public async Task<DeploymentResult?> SettleAsync(string id, bool undo, TimeSpan lockTimeout, CancellationToken stop)
    {
        DeploymentPlan plan = await store.ReadPlanAsync(id, stop).ConfigureAwait(false);
        ILease lease = await AcquireAsync(plan, lockTimeout, stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            // Its driver may have lived, and ended it while the lease was waited for.
            if (RunState.Fold(await store.ReadAsync(id, stop).ConfigureAwait(false)).IsSettled) return null;
            var drive = new LeasedDrive(store, ports, lease);
            DeploymentResult result = undo
                ? await UndoAsync(id, release: null, drive, stop).ConfigureAwait(false)
                : await ResumeAsync(id, retryFailed: true, drive, stop).ConfigureAwait(false);
            return result.State == DeploymentState.RolledBack && result.Strategy == UndoPlanner.Strategy ? null : result;
        }
    }

    /// <summary>Ends a promotion for good: what it has put into <c>stand-by</c> becomes <c>stage</c>.</summary>
    /// <exception cref="AppStatusException">As <see cref="RunAsync"/>, and <see cref="ErrorId.NotSupported"/>, <see cref="ErrorId.DeploymentNotRunning"/>, <see cref="ErrorId.DeploymentSuperseded"/>.</exception>
    public async Task<DeploymentResult> CompleteAsync(string id, TimeSpan lockTimeout, CancellationToken stop)
    {
        DeploymentPlan plan = await store.ReadPlanAsync(id, stop).ConfigureAwait(false);
        ILease lease = await AcquireAsync(plan, lockTimeout, stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            RunState completed = RunState.Fold(await store.ReadAsync(id, stop).ConfigureAwait(false));
            await new UnfinishedDeployments(store).RefuseNewerAsync(id, plan, stop).ConfigureAwait(false);
            PlanningResult planned = CompletePlanner.Plan(completed);
            if (planned.Plan is not { } complete) throw new AppStatusException(planned.Refusals[0], id);
            (RunState state, string location) = await new LeasedDrive(store, ports, lease).StartAsync(complete, stop).ConfigureAwait(false);
            return Results.Of(state, location) with { Store = store.Location };
        }
    }

    /// <summary>Closes a deployment that nobody drives: puts back what was only drained; what was deployed to stays out, and is the operator's from now on.</summary>
    /// <param name="reason">For the journal; empty: none was given.</param>
    /// <exception cref="AppStatusException">As a resume's, and <see cref="ErrorId.DeploymentUnfinished"/>: something could not be put back.</exception>
    public async Task<DeploymentResult> CloseAsync(string id, string reason, CancellationToken stop)
    {
        DeploymentPlan plan = await store.ReadPlanAsync(id, stop).ConfigureAwait(false);
        ILease lease = await AcquireAsync(plan, TimeSpan.Zero, stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            (RunState state, string location) = await new LeasedDrive(store, ports, lease).CloseAsync(id, reason, stop).ConfigureAwait(false);
            return Results.Of(state, location) with { Store = store.Location };
        }
    }

    private static async Task<DeploymentResult> ResumeAsync(string id, bool retryFailed, LeasedDrive drive, CancellationToken stop)
    {
        (RunState state, string location) = await drive.GoOnAsync(id, retryFailed, stop).ConfigureAwait(false);
        if (state.Plan.Undoes.Length == 0) return await ConcludeAsync(state, location, drive, stop).ConfigureAwait(false);
        bool whole = await drive.MarkUndoneAsync(state).ConfigureAwait(false);
        DeploymentResult result = Results.Of(state, location);
        return whole ? result with { State = DeploymentState.RolledBack } : result;
    }

    /// <summary>What comes of a run that has come to rest: its result, or its rollback.</summary>
    private static async Task<DeploymentResult> ConcludeAsync(RunState state, string location, LeasedDrive drive, CancellationToken stop)
    {
        // What still runs there would be deployed over.
        LaneRun[] running = [.. state.Lanes.Where(lane => lane.Error == ErrorId.DeployNotStopped)];
        bool rollBack = state.Plan.Options.OnFailure == FailureAction.Rollback && state.State is DeploymentState.Failed or DeploymentState.Halted && !stop.IsCancellationRequested;
        if (!rollBack) return Results.Of(state, location);
        if (running.Length == 0) return await RollBackAsync(state, location, drive, stop).ConfigureAwait(false);
        DeploymentResult result = Results.Of(state, location);
        return result with { Error = $"{result.Error} It was not rolled back, because the deploy to {string.Join(", ", running.Select(lane => lane.Plan.Instance.Name))} may still be running.".TrimStart() };
    }

    private static async Task<DeploymentResult> RollBackAsync(RunState failed, string location, LeasedDrive drive, CancellationToken stop)
    {
        DeploymentResult result = Results.Of(failed, location);
        string? why;
        try
        {
            DeploymentResult undone = await UndoAsync(failed, release: null, drive, stop).ConfigureAwait(false);
            if (undone.State == DeploymentState.RolledBack) return result with { State = DeploymentState.RolledBack };
            why = DeploymentSummary.Fault(undone)?.Message;
        }
        catch (AppStatusException exception)
        {
            // Why it failed is told, and not only why it could not be taken back.
            why = exception.Message;
        }

        return result with { Error = $"{result.Error} It could not be rolled back whole: {why}".TrimStart() };
    }

    private async Task<DeploymentResult> UndoAsync(string id, string? release, LeasedDrive drive, CancellationToken stop)
    {
        RunState state = RunState.Fold(await store.ReadAsync(id, stop).ConfigureAwait(false));
        // What has begun to be undone is undone to its end, by whichever of the two it is called.
        if (state.Plan.Undoes.Length > 0) return await UndoAsync(state.Plan.Undoes, release, drive, stop).ConfigureAwait(false);
        await new UnfinishedDeployments(store).RefuseNewerAsync(id, state.Plan, stop).ConfigureAwait(false);
        if (state.UndoneBy.Length > 0 && release is not null)
            throw new AppStatusException(ErrorId.DeploymentSuperseded, $"Deployment {id} was undone by {state.UndoneBy}: there is nothing to take to {release}. Nothing was touched.", "Start a new deployment.", id);
        if (state.UndoneBy.Length > 0) return Results.Of(state, store.Location) with { State = DeploymentState.RolledBack };
        // One that has begun knows what it has changed since: it goes on, and no second one starts beside it.
        return await new UnfinishedDeployments(store).FindUndoAsync(id, release, stop).ConfigureAwait(false) is { } begun
            ? await ResumeAsync(begun, retryFailed: true, drive, stop).ConfigureAwait(false)
            : await UndoAsync(state, release, drive, stop).ConfigureAwait(false);
    }

    private static async Task<DeploymentResult> UndoAsync(RunState state, string? release, LeasedDrive drive, CancellationToken stop)
    {
        PlanningResult planned = UndoPlanner.Plan(state, release);
        if (planned.Plan is not { } plan) throw new AppStatusException(planned.Refusals[0], state.Id);

        (RunState undo, string location) = await drive.StartAsync(plan, stop).ConfigureAwait(false);
        bool whole = await drive.MarkUndoneAsync(undo).ConfigureAwait(false);
        DeploymentResult result = Results.Of(undo, location);
        return whole ? result with { State = DeploymentState.RolledBack } : result;
    }

    private Task<ILease> AcquireAsync(DeploymentPlan plan, TimeSpan wait, CancellationToken cancellationToken) =>
        store.Leases.AcquireAsync(LeaseKeys.Of(plan), LeaseHolder.Here("AppStatus", ports.Time), wait, cancellationToken);
}
