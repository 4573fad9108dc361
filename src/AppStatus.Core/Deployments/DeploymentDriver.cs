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
    /// <summary>How often other consoles are listened to.</summary>
    private static readonly TimeSpan ListenInterval = TimeSpan.FromSeconds(1);

    /// <summary>Runs a plan to its end, however it ends. A cancellation stops it in order.</summary>
    /// <param name="lockTimeout">How long to wait for another deployment of the same pools.</param>
    /// <exception cref="AppStatusException">Nothing was touched: <see cref="ErrorId.PoolLocked"/>, <see cref="ErrorId.DeploymentUnfinished"/>, <see cref="ErrorId.StoreUnavailable"/>. Later: <see cref="ErrorId.StoreUnavailable"/>, <see cref="ErrorId.LeaseLost"/>.</exception>
    public async Task<DeploymentResult> RunAsync(DeploymentPlan plan, TimeSpan lockTimeout, CancellationToken stop)
    {
        string id = DeploymentId.New(ports.Time.GetUtcNow());
        ILease lease = await AcquireAsync(plan, id, lockTimeout, stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            await new UnfinishedDeployments(store).RefuseAsync(plan, stop).ConfigureAwait(false);
            var first = new DeploymentStarted(id, plan, lease.Holder.Host, lease.Holder.User, lease.Holder.ProcessId);
            (IJournal journal, IReadOnlyList<JournalRecord> records) = await store.CreateAsync(first, lease, stop).ConfigureAwait(false);
            using (journal)
            {
                var state = new RunState(plan);
                Tell(state, records);
                return await DriveAsync(state, journal, lease, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Goes on with a deployment from its journal: after a crash, a stop, a pause, a halt.</summary>
    /// <param name="retryFailed">Failed and compensated lanes are tried again, first, with a new failure budget.</param>
    /// <exception cref="AppStatusException">As <see cref="RunAsync"/>, and <see cref="ErrorId.DeploymentNotFound"/>, <see cref="ErrorId.JournalDamaged"/>.</exception>
    public async Task<DeploymentResult> ResumeAsync(string id, bool retryFailed, TimeSpan lockTimeout, CancellationToken stop)
    {
        DeploymentPlan plan = RunState.Fold(await store.ReadAsync(id, stop).ConfigureAwait(false)).Plan;
        ILease lease = await AcquireAsync(plan, id, lockTimeout, stop).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            // Read again: until now another driver may have gone on with it.
            (IJournal journal, IReadOnlyList<JournalRecord> records) = await store.OpenAsync(id, lease, stop).ConfigureAwait(false);
            using (journal)
            {
                RunState state = RunState.Fold(records);
                var resumed = new DeploymentResumed(lease.Holder.User, lease.Holder.Host, lease.Holder.ProcessId, retryFailed);
                Tell(state, await journal.AppendAsync([resumed], CancellationToken.None).ConfigureAwait(false));
                return await DriveAsync(state, journal, lease, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task<DeploymentResult> DriveAsync(RunState state, IJournal journal, ILease lease, CancellationToken stop)
    {
        Dictionary<string, IBalancer> balancers = ports.Balancers.ToDictionary(entry => entry.Key, entry => (IBalancer)new LeasedBalancer(entry.Value, lease), StringComparer.Ordinal);
        var pools = new PoolReader(balancers, ports.Time);
        var health = new HealthGate(ports.Health, ports.Time);
        IReadOnlyDictionary<StepKind, IStepHandler> handlers = StepHandlers.Of(state.Plan.Options, pools, health, ports.Deploy, ports.BeforeDrain, ports.AfterRestore, ports.Time);
        using var runner = new DeploymentRunner(state, journal, handlers, health, pools, ports.Time, ports.Observer);
        using var listening = new CancellationTokenSource();
        Task listener = ListenAsync(runner, state.Id, listening.Token);
        try
        {
            await runner.RunAsync(lease.Lost, stop).ConfigureAwait(false);
        }
        finally
        {
            listening.Cancel();
            await listener.ConfigureAwait(false);
        }

        return Results.Of(state, journal.Location);
    }

    private async Task ListenAsync(DeploymentRunner runner, string id, CancellationToken cancellationToken)
    {
        int heard = 0;
        bool first = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                IReadOnlyList<ControlSignal> signals = await store.ReceiveAsync(id, heard, cancellationToken).ConfigureAwait(false);
                heard += signals.Count;
                // What was said to an earlier driver is not said to this one.
                if (!first)
                    foreach (ControlSignal signal in signals) runner.Post(signal);
                first = false;
                await ports.Time.DelayAsync(ListenInterval, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (AppStatusException)
            {
                // A store that can't be read now is no reason to stop listening; the journal tells when it stays so.
                await QuietDelayAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task QuietDelayAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ports.Time.DelayAsync(ListenInterval, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    private Task<ILease> AcquireAsync(DeploymentPlan plan, string id, TimeSpan wait, CancellationToken cancellationToken) =>
        store.Leases.AcquireAsync(
            plan.Pools.Select(pool => $"{pool.Balancer} {pool.Pool}").ToArray(), LeaseHolder.Here("AppStatus", id, ports.Time), wait, cancellationToken);

    private void Tell(RunState state, IReadOnlyList<JournalRecord> records)
    {
        foreach (JournalRecord record in records)
        {
            state.Apply(record);
            ports.Observer.OnRecord(record, state);
        }
    }
}
