using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments;

/// <summary>Drives deployments of a store: takes the lease of their pools, opens the journal, runs the loop, listens to other consoles.</summary>
internal sealed class DeploymentDriver(IDeploymentStore store, DeploymentPorts ports)
{
    private const int WatchLimit = 32;

    /// <summary>Runs a plan to its end, however it ends. A cancellation stops it in order.</summary>
    /// <param name="planAnew">Plans on a fresh look at the world, where the lease was waited for and the plan's look is old; null: the plan holds however old it is.</param>
    /// <param name="lockTimeout">How long to wait for another deployment of the same pools.</param>
    /// <exception cref="AppStatusException">Nothing was touched: <see cref="ErrorId.PoolLocked"/>, <see cref="ErrorId.DeploymentUnfinished"/>, <see cref="ErrorId.StoreUnavailable"/>. Later: <see cref="ErrorId.StoreUnavailable"/>, <see cref="ErrorId.LeaseLost"/>.</exception>
    public async Task<DeploymentResult> RunAsync(DeploymentPlan plan, TimeSpan lockTimeout, CancellationToken stop, Func<CancellationToken, Task<DeploymentPlan>>? planAnew = null)
    {
        ILease lease = await AcquireAsync(plan, lockTimeout, stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            await new UnfinishedDeployments(store).RefuseAsync(plan, stop).ConfigureAwait(false);
            // Whoever held the lease until now has changed what the plan was made on.
            if (planAnew is not null && ports.Time.GetUtcNow() - plan.ReadAt > Admission.MaximumAge) plan = await planAnew(stop).ConfigureAwait(false);
            (RunState state, string location) = await StartAsync(plan, lease, stop).ConfigureAwait(false);
            return await ConcludeAsync(state, location, lease, stop).ConfigureAwait(false);
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
            return await ResumeAsync(id, retryFailed, lease, stop).ConfigureAwait(false);
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
            return await UndoAsync(id, release, lease, stop).ConfigureAwait(false);
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
            DeploymentResult result = undo
                ? await UndoAsync(id, release: null, lease, stop).ConfigureAwait(false)
                : await ResumeAsync(id, retryFailed: true, lease, stop).ConfigureAwait(false);
            return result.State == DeploymentState.RolledBack && result.Strategy == UndoPlanner.Strategy ? null : result;
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
            RunState state;
            string location;
            (IJournal journal, IReadOnlyList<JournalRecord> records) = await OpenAsync(id, lease, stop).ConfigureAwait(false);
            using (journal)
            {
                state = RunState.Fold(records);
                location = journal.Location;
                // What others have changed since is not put back over their heads.
                if (!state.Ended && !await new UnfinishedDeployments(store).IsOvertakenAsync(state, stop).ConfigureAwait(false))
                {
                    int heard = await HeardAsync(id, stop).ConfigureAwait(false);
                    await lease.NameAsync(id, stop).ConfigureAwait(false);
                    Tell(state, await journal.AppendAsync([Resumed(lease, retryFailed: false), new StopRequested(lease.Holder.User, Immediate: true, reason)], CancellationToken.None).ConfigureAwait(false));
                    await DriveAsync(state, journal, lease, heard, stop).ConfigureAwait(false);
                    RefuseStuck(state);
                }

                if (!state.IsClosed) Tell(state, await journal.AppendAsync([new Closed(lease.Holder.User, reason)], CancellationToken.None).ConfigureAwait(false));
            }

            if (plan.Undoes.Length > 0) await MarkUndoneAsync(state, lease).ConfigureAwait(false);
            return Results.Of(state, location);
        }
    }

    // Closed, nobody would look after it any more.
    private static void RefuseStuck(RunState state)
    {
        LaneRun[] stuck = [.. state.Lanes.Where(lane => lane.Touched && lane.LeftOut && lane.IsIntact)];
        if (stuck.Length == 0) return;
        throw new AppStatusException(
            ErrorId.DeploymentUnfinished,
            $"Deployment {state.Id} is not closed: what was only drained could not all be put back. {string.Join(" ", stuck.Select(lane => lane.Message))}",
            $"See to the balancer, then type Stop-Deployment {state.Id} again, or Resume-Deployment {state.Id}.", state.Id);
    }

    private async Task<DeploymentResult> ResumeAsync(string id, bool retryFailed, ILease lease, CancellationToken stop)
    {
        (RunState state, string location) = await GoOnAsync(id, retryFailed, lease, stop).ConfigureAwait(false);
        if (state.Plan.Undoes.Length == 0) return await ConcludeAsync(state, location, lease, stop).ConfigureAwait(false);
        bool whole = await MarkUndoneAsync(state, lease).ConfigureAwait(false);
        DeploymentResult result = Results.Of(state, location);
        return whole ? result with { State = DeploymentState.RolledBack } : result;
    }

    private async Task<(RunState State, string Location)> GoOnAsync(string id, bool retryFailed, ILease lease, CancellationToken stop)
    {
        // Read under the lease: until now another driver may have gone on with it.
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await OpenAsync(id, lease, stop).ConfigureAwait(false);
        using (journal)
        {
            RunState state = RunState.Fold(records);
            await new UnfinishedDeployments(store).RefuseResumeAsync(state, stop).ConfigureAwait(false);
            bool done = state.State is DeploymentState.Succeeded or DeploymentState.SucceededWithIssues && state.Lanes.All(lane => !lane.LeftOut);
            if (done)
            {
                await KeepAsync(state, journal, Leased(lease)).ConfigureAwait(false);
                return (state, journal.Location);
            }

            int heard = await HeardAsync(id, stop).ConfigureAwait(false);
            await lease.NameAsync(id, stop).ConfigureAwait(false);
            Tell(state, await journal.AppendAsync([Resumed(lease, retryFailed)], CancellationToken.None).ConfigureAwait(false));
            await DriveAsync(state, journal, lease, heard, stop).ConfigureAwait(false);
            return (state, journal.Location);
        }
    }

    // What was said until now was said to an earlier driver.
    private async Task<int> HeardAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReceiveAsync(id, 0, cancellationToken).ConfigureAwait(false)).Count;

    private async Task<(RunState State, string Location)> StartAsync(DeploymentPlan plan, ILease lease, CancellationToken stop)
    {
        // Under the lease, so that the ids of a pool's deployments sort as they run.
        IReadOnlyList<string> ids = await store.ListAsync(stop).ConfigureAwait(false);
        string id = DeploymentId.New(ports.Time.GetUtcNow(), ids.Count == 0 ? null : ids[0]);
        await lease.NameAsync(id, stop).ConfigureAwait(false);
        var first = new DeploymentStarted(id, plan, lease.Holder.Host, lease.Holder.User, lease.Holder.ProcessId);
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await CreateAsync(first, lease, stop).ConfigureAwait(false);
        using (journal)
        {
            var state = new RunState(plan);
            Tell(state, records);
            await DriveAsync(state, journal, lease, heard: 0, stop).ConfigureAwait(false);
            return (state, journal.Location);
        }
    }

    /// <summary>What comes of a run that has come to rest: its result, or its rollback.</summary>
    private async Task<DeploymentResult> ConcludeAsync(RunState state, string location, ILease lease, CancellationToken stop)
    {
        bool rollBack = state.Plan.Options.OnFailure == FailureAction.Rollback && state.State is DeploymentState.Failed or DeploymentState.Halted && !stop.IsCancellationRequested;
        return rollBack
            ? await RollBackAsync(state, location, lease, stop).ConfigureAwait(false)
            : Results.Of(state, location);
    }

    private async Task<DeploymentResult> RollBackAsync(RunState failed, string location, ILease lease, CancellationToken stop)
    {
        DeploymentResult result = Results.Of(failed, location);
        string? why;
        try
        {
            DeploymentResult undone = await UndoAsync(failed, release: null, lease, stop).ConfigureAwait(false);
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

    private async Task<DeploymentResult> UndoAsync(string id, string? release, ILease lease, CancellationToken stop)
    {
        RunState state = RunState.Fold(await store.ReadAsync(id, stop).ConfigureAwait(false));
        // What has begun to be undone is undone to its end, by whichever of the two it is called.
        if (state.Plan.Undoes.Length > 0) return await UndoAsync(state.Plan.Undoes, release, lease, stop).ConfigureAwait(false);
        await new UnfinishedDeployments(store).RefuseNewerAsync(id, state.Plan, stop).ConfigureAwait(false);
        if (state.UndoneBy.Length > 0 && release is not null)
            throw new AppStatusException(ErrorId.DeploymentSuperseded, $"Deployment {id} was undone by {state.UndoneBy}: there is nothing to take to {release}. Nothing was touched.", "Start a new deployment.", id);
        if (state.UndoneBy.Length > 0) return Results.Of(state, store.Location) with { State = DeploymentState.RolledBack };
        // One that has begun knows what it has changed since: it goes on, and no second one starts beside it.
        return await new UnfinishedDeployments(store).FindUndoAsync(id, release, stop).ConfigureAwait(false) is { } begun
            ? await ResumeAsync(begun, retryFailed: true, lease, stop).ConfigureAwait(false)
            : await UndoAsync(state, release, lease, stop).ConfigureAwait(false);
    }

    private async Task<DeploymentResult> UndoAsync(RunState state, string? release, ILease lease, CancellationToken stop)
    {
        PlanningResult planned = UndoPlanner.Plan(state, release);
        if (planned.Plan is not { } plan) throw new AppStatusException(planned.Refusals[0], state.Id);

        (RunState undo, string location) = await StartAsync(plan, lease, stop).ConfigureAwait(false);
        bool whole = await MarkUndoneAsync(undo, lease).ConfigureAwait(false);
        DeploymentResult result = Results.Of(undo, location);
        return whole ? result with { State = DeploymentState.RolledBack } : result;
    }

    /// <summary>Records in the journal of what was undone how far that came.</summary>
    private async Task<bool> MarkUndoneAsync(RunState undo, ILease lease)
    {
        string[] done = undo.Lanes.Where(lane => lane.State == LaneState.Succeeded).Select(lane => lane.Plan.Key).ToArray();
        bool whole = done.Length == undo.Lanes.Count;
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await OpenAsync(undo.Plan.Undoes, lease, CancellationToken.None).ConfigureAwait(false);
        using (journal)
        {
            if (RunState.Fold(records).UndoneBy.Length > 0) return whole;
            await journal.AppendAsync([new LanesUndone(undo.Id, done, whole)], CancellationToken.None).ConfigureAwait(false);
        }

        return whole;
    }

    private static DeploymentResumed Resumed(ILease lease, bool retryFailed) => new(
        lease.Holder.User, lease.Holder.Host, lease.Holder.ProcessId, retryFailed, lease.TakenOverFrom is { } dead ? LeaseFaults.Describe(dead) : "");

    private async Task DriveAsync(RunState state, IJournal journal, ILease lease, int heard, CancellationToken stop)
    {
        Dictionary<string, IBalancer> balancers = Leased(lease);
        var pools = new PoolReader(balancers, ports.Time);
        var health = new HealthGate(ports.Health, ports.Time);
        IReadOnlyDictionary<StepKind, IStepHandler> handlers = StepHandlers.Of(state.Plan.Options, pools, health, ports.Deploy, ports.BeforeDrain, ports.AfterRestore, ports.Time);
        // A wave's bake and the fleet check look at any number of instances.
        using var watched = new BoundedHealthProbe(ports.Health, WatchLimit);
        var watching = new HealthGate(watched, ports.Time);
        using var runner = new DeploymentRunner(state, journal, handlers, watching, pools, ports.Time, ports.Observer);
        using var listening = new CancellationTokenSource();
        Task listener = new ControlListener(store, ports.Time).ListenAsync(state.Id, heard, runner.Post, listening.Token);
        try
        {
            await runner.RunAsync(lease.Lost, stop).ConfigureAwait(false);
        }
        finally
        {
            listening.Cancel();
            await listener.ConfigureAwait(false);
        }

        await KeepAsync(state, journal, balancers).ConfigureAwait(false);
    }

    private Dictionary<string, IBalancer> Leased(ILease lease) =>
        ports.Balancers.ToDictionary(entry => entry.Key, entry => (IBalancer)new LeasedBalancer(entry.Value, lease), StringComparer.Ordinal);

    private async Task KeepAsync(RunState state, IJournal journal, IReadOnlyDictionary<string, IBalancer> balancers)
    {
        if (!ConfigurationUpkeep.IsDue(state)) return;
        string fault = await ConfigurationUpkeep.RunAsync(state.Plan, balancers, CancellationToken.None).ConfigureAwait(false);
        Tell(state, await journal.AppendAsync([new ConfigurationKept(fault)], CancellationToken.None).ConfigureAwait(false));
    }

    private async Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> CreateAsync(DeploymentStarted first, ILease lease, CancellationToken stop)
    {
        LeasedJournal.Require(lease, first.Id);
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await store.CreateAsync(first, lease, stop).ConfigureAwait(false);
        return (new LeasedJournal(journal, lease, first.Id), records);
    }

    private async Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> OpenAsync(string id, ILease lease, CancellationToken cancellationToken)
    {
        LeasedJournal.Require(lease, id);
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await store.OpenAsync(id, lease, cancellationToken).ConfigureAwait(false);
        return (new LeasedJournal(journal, lease, id), records);
    }

    private Task<ILease> AcquireAsync(DeploymentPlan plan, TimeSpan wait, CancellationToken cancellationToken) =>
        store.Leases.AcquireAsync(LeaseKeys.Of(plan), LeaseHolder.Here("AppStatus", ports.Time), wait, cancellationToken);

    private void Tell(RunState state, IReadOnlyList<JournalRecord> records)
    {
        foreach (JournalRecord record in records)
        {
            state.Apply(record);
            ports.Observer.OnRecord(record, state);
        }
    }
}
