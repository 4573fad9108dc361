using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments;

/// <summary>What is done under one lease: journals are begun, opened and closed, the loop is run, and other consoles are listened to.</summary>
internal sealed class LeasedDrive(IDeploymentStore store, DeploymentPorts ports, ILease lease)
{
    private const int WatchLimit = 32;

    // Who reads a share that does not answer can't be called back.
    private static readonly TimeSpan ListenerPatience = TimeSpan.FromSeconds(5);

    /// <summary>Records a plan as a new deployment, and runs it until it comes to rest.</summary>
    public async Task<(RunState State, string Location)> StartAsync(DeploymentPlan plan, CancellationToken stop)
    {
        // Under the lease, so that the ids of a pool's deployments sort as they run.
        IReadOnlyList<string> ids = await store.ListAsync(stop).ConfigureAwait(false);
        string id = DeploymentId.New(ports.Time.GetUtcNow(), ids.Count == 0 ? null : ids[0]);
        await lease.NameAsync(id, stop).ConfigureAwait(false);
        var first = new DeploymentStarted(id, plan, lease.Holder.Host, lease.Holder.User, lease.Holder.ProcessId);
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await CreateAsync(first, stop).ConfigureAwait(false);
        using (journal)
        {
            var state = new RunState(plan);
            Tell(state, records);
            await DriveAsync(state, journal, heard: 0, stop).ConfigureAwait(false);
            return (state, journal.Location);
        }
    }

    /// <summary>Goes on with a deployment until it comes to rest; with one that is done there is nothing to do.</summary>
    public async Task<(RunState State, string Location)> GoOnAsync(string id, bool retryFailed, CancellationToken stop)
    {
        // Read under the lease: until now another driver may have gone on with it.
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await OpenAsync(id, stop).ConfigureAwait(false);
        using (journal)
        {
            RunState state = RunState.Fold(records);
            await new UnfinishedDeployments(store).RefuseResumeAsync(state, stop).ConfigureAwait(false);
            bool done = state.State is DeploymentState.Succeeded or DeploymentState.SucceededWithIssues && state.Lanes.All(lane => !lane.LeftOut);
            if (done)
            {
                await KeepAsync(state, journal, Leased()).ConfigureAwait(false);
                return (state, journal.Location);
            }

            int heard = await HeardAsync(id, stop).ConfigureAwait(false);
            await lease.NameAsync(id, stop).ConfigureAwait(false);
            Tell(state, await journal.AppendAsync([Resumed(retryFailed)], CancellationToken.None).ConfigureAwait(false));
            await DriveAsync(state, journal, heard, stop).ConfigureAwait(false);
            return (state, journal.Location);
        }
    }

    /// <summary>Puts back what was only drained, where nobody has gone on from there, and ends the deployment for good.</summary>
    public async Task<(RunState State, string Location)> CloseAsync(string id, string reason, CancellationToken stop)
    {
        RunState state;
        string location;
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await OpenAsync(id, stop).ConfigureAwait(false);
        using (journal)
        {
            state = RunState.Fold(records);
            location = journal.Location;
            // What others have changed since is not put back over their heads.
            if ((!state.Ended || state.ActiveShift is not null) && !await new UnfinishedDeployments(store).IsOvertakenAsync(state, stop).ConfigureAwait(false))
            {
                int heard = await HeardAsync(id, stop).ConfigureAwait(false);
                await lease.NameAsync(id, stop).ConfigureAwait(false);
                Tell(state, await journal.AppendAsync([Resumed(retryFailed: false), new StopRequested(lease.Holder.User, Immediate: true, reason)], CancellationToken.None).ConfigureAwait(false));
                await DriveAsync(state, journal, heard, stop).ConfigureAwait(false);
                RefuseStuck(state);
            }

            if (!state.IsClosed) Tell(state, await journal.AppendAsync([new Closed(lease.Holder.User, reason)], CancellationToken.None).ConfigureAwait(false));
        }

        if (state.Plan.Undoes.Length > 0) await MarkUndoneAsync(state).ConfigureAwait(false);
        return (state, location);
    }

    /// <summary>Records in the journal of what was undone how far that came.</summary>
    public async Task<bool> MarkUndoneAsync(RunState undo)
    {
        string[] done = undo.Lanes.Where(lane => lane.State == LaneState.Succeeded).Select(lane => lane.Plan.Key).ToArray();
        bool whole = done.Length == undo.Lanes.Count;
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await OpenAsync(undo.Plan.Undoes, CancellationToken.None).ConfigureAwait(false);
        using (journal)
        {
            if (RunState.Fold(records).UndoneBy.Length > 0) return whole;
            await journal.AppendAsync([new LanesUndone(undo.Id, done, whole)], CancellationToken.None).ConfigureAwait(false);
        }

        return whole;
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

    // What was said until now was said to an earlier driver.
    private async Task<int> HeardAsync(string id, CancellationToken cancellationToken) =>
        (await store.ReceiveAsync(id, 0, cancellationToken).ConfigureAwait(false)).Count;

    private DeploymentResumed Resumed(bool retryFailed) => new(
        lease.Holder.User, lease.Holder.Host, lease.Holder.ProcessId, retryFailed, lease.TakenOverFrom is { } dead ? LeaseFaults.Describe(dead) : "");

    private async Task DriveAsync(RunState state, IJournal journal, int heard, CancellationToken stop)
    {
        Dictionary<string, IBalancer> balancers = Leased();
        var pools = new PoolReader(balancers, ports.Time);
        var health = new HealthGate(ports.Health, ports.Time);
        IReadOnlyDictionary<StepKind, IStepHandler> handlers = StepHandlers.Of(state.Plan.Options, pools, health, ports.Deploy, ports.BeforeDrain, ports.AfterRestore, ports.Time);
        // A wave's bake and the fleet check look at any number of instances.
        using var watched = new BoundedHealthProbe(ports.Health, WatchLimit);
        var watching = new HealthGate(watched, ports.Time);
        using var runner = new DeploymentRunner(state, journal, handlers, watching, ports.Judge, ports.Watch, pools, ports.Time, ports.Observer);
        using var listening = new CancellationTokenSource();
        Task listener = new ControlListener(store, ports.Time).ListenAsync(state.Id, heard, runner.Post, listening.Token);
        try
        {
            await runner.RunAsync(lease.Lost, stop).ConfigureAwait(false);
        }
        finally
        {
            listening.Cancel();
            // It never throws. One that hangs is left behind: what it hears is for nobody any more.
            if (!listener.IsCompleted) await Task.WhenAny(listener, ports.Time.DelayAsync(ListenerPatience, CancellationToken.None)).ConfigureAwait(false);
        }

        await KeepAsync(state, journal, balancers).ConfigureAwait(false);
    }

    private Dictionary<string, IBalancer> Leased() =>
        ports.Balancers.ToDictionary(entry => entry.Key, entry => (IBalancer)new LeasedBalancer(entry.Value, lease), StringComparer.Ordinal);

    private async Task KeepAsync(RunState state, IJournal journal, IReadOnlyDictionary<string, IBalancer> balancers)
    {
        if (!ConfigurationUpkeep.IsDue(state)) return;
        string fault = await ConfigurationUpkeep.RunAsync(state.Plan, balancers, CancellationToken.None).ConfigureAwait(false);
        Tell(state, await journal.AppendAsync([new ConfigurationKept(fault)], CancellationToken.None).ConfigureAwait(false));
    }

    private async Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> CreateAsync(DeploymentStarted first, CancellationToken stop)
    {
        LeasedJournal.Require(lease, first.Id);
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await store.CreateAsync(first, lease, stop).ConfigureAwait(false);
        return (new LeasedJournal(journal, lease, first.Id), records);
    }

    private async Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> OpenAsync(string id, CancellationToken cancellationToken)
    {
        LeasedJournal.Require(lease, id);
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await store.OpenAsync(id, lease, cancellationToken).ConfigureAwait(false);
        return (new LeasedJournal(journal, lease, id), records);
    }

    private void Tell(RunState state, IReadOnlyList<JournalRecord> records)
    {
        foreach (JournalRecord record in records)
        {
            state.Apply(record);
            ports.Observer.OnRecord(record, state);
        }
    }
}
