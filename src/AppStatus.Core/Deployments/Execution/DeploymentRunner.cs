using System.Threading.Channels;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>
/// The one loop of every strategy: decide, journal, carry out, and again when an outcome comes. It alone changes the state;
/// effects run beside it and post their outcomes. Nothing starts before the journal has it on the disk.
/// </summary>
internal sealed class DeploymentRunner : IDisposable
{
    private readonly IJournal _journal;
    private readonly PoolReader _pools;
    private readonly TimeProvider _time;
    private readonly IDeploymentObserver _observer;
    private readonly Effects _effects;
    private readonly Channel<Signal> _signals = Channel.CreateUnbounded<Signal>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly IReleaseWatch? _watch;
    private volatile IReadOnlyList<Instance> _released;
    private PoolObservation? _observation;
    private Task _observing = Task.CompletedTask;
    private bool _looking;

    public DeploymentRunner(
        RunState state, IJournal journal, IReadOnlyDictionary<StepKind, IStepHandler> handlers, HealthGate health, IReleaseJudge? judge, IReleaseWatch? watch,
        PoolReader pools, TimeProvider time, IDeploymentObserver observer)
    {
        State = state;
        _journal = journal;
        _pools = pools;
        _time = time;
        _observer = observer;
        _watch = watch;
        _released = Released(state);
        _effects = new Effects(handlers, new ReleaseChecks(health, judge, state.Plan.Options.Interval, observer), time, observer, _signals.Writer);
    }

    public RunState State { get; }

    /// <summary>Runs to the end. A cancellation stops the run in order: it returns when everything is at rest and recorded.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>: the journal failed; everything of ours has ended, and the state is as far as it was recorded.</exception>
    /// <param name="leaseLost">Nothing may be changed or recorded any more: what runs is stopped, and the run left as its journal tells.</param>
    public async Task RunAsync(CancellationToken leaseLost, CancellationToken stop)
    {
        using CancellationTokenRegistration loss = leaseLost.Register(() => _signals.Writer.TryWrite(new Signal.LeaseLost()));
        using CancellationTokenRegistration registration = stop.Register(() => Post(new ControlSignal(ControlAction.StopImmediately, Environment.UserName)));
        using var watched = new CancellationTokenSource();
        Task watching = WatchAsync(watched.Token);
        try
        {
            while (true)
            {
                Decision decision = await DecideUntilQuietAsync().ConfigureAwait(false);
                if (State.Ended) break;
                if (decision.NeedsObservation) Observe();
                await WaitAsync(decision.WakeAt).ConfigureAwait(false);
                await TakeSignalsAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            watched.Cancel();
            if (!State.Ended) _effects.Stop(TimeSpan.Zero);
            await _effects.WhenIdleAsync().ConfigureAwait(false);
            await _observing.ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    // Rules that nobody looks at any more are no good sign: that they can't be is a failure like any that they find.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        if (_watch is null) return;
        try
        {
            await _watch.WatchAsync([.. State.Plan.Lanes.Where(lane => lane.BringsRelease).Select(lane => lane.Instance)], () => _released, Fire, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It was told to end.
        }
        catch (Exception cause)
        {
            if (!cancellationToken.IsCancellationRequested) Fire("", null, $"The alert rules can't be watched any more: {cause.Message}");
        }
    }

    private void Fire(string rule, Instance? instance, string message)
    {
        string lane = instance is null ? "" : State.Plan.Lanes.OrderBy(candidate => candidate.BringsRelease ? 0 : 1).FirstOrDefault(candidate => ReferenceEquals(candidate.Instance, instance) || candidate.Instance.Uri == instance.Uri)?.Key ?? "";
        _signals.Writer.TryWrite(new Signal.Outcome(new AlertFired(rule, lane, message)));
    }

    /// <summary>The instances that run the new release by now.</summary>
    private static IReadOnlyList<Instance> Released(RunState state) =>
        [.. state.Lanes.Where(lane => lane.Plan.BringsRelease && lane.State == LaneState.Succeeded).Select(lane => lane.Plan.Instance)];

    /// <summary>Tells the run something, from any thread; it heeds it when it comes to it.</summary>
    public void Post(ControlSignal signal) => _signals.Writer.TryWrite(new Signal.Control(signal));

    public void Dispose() => _effects.Dispose();

    private async Task<Decision> DecideUntilQuietAsync()
    {
        while (true)
        {
            Decision decision = Scheduler.Decide(State, _observation, _time.GetUtcNow());
            if (decision.Events.Count == 0) return decision;
            await RecordAsync(decision.Events).ConfigureAwait(false);
            foreach (JournalEvent announced in decision.Events) _effects.Start(announced, State);
        }
    }

    private async Task WaitAsync(DateTimeOffset? wakeAt)
    {
        if (wakeAt is null)
        {
            await _signals.Reader.WaitToReadAsync().ConfigureAwait(false);
            return;
        }

        TimeSpan pause = wakeAt.Value - _time.GetUtcNow();
        if (pause < TimeSpan.Zero) pause = TimeSpan.Zero;
        using ITimer timer = _time.CreateTimer(
            static writer => ((ChannelWriter<Signal>)writer!).TryWrite(new Signal.Wake()), _signals.Writer, pause, Timeout.InfiniteTimeSpan);
        await _signals.Reader.WaitToReadAsync().ConfigureAwait(false);
    }

    private async Task TakeSignalsAsync()
    {
        var events = new List<JournalEvent>();
        bool leaseLost = false;
        while (_signals.Reader.TryRead(out Signal? signal))
        {
            switch (signal)
            {
                case Signal.Outcome { Event: StepFailed { Error: ErrorId.LeaseLost } }:
                    // The lane has not failed: whoever comes to hold the lease goes on with it.
                    leaseLost = true;
                    break;
                case Signal.Outcome outcome:
                    events.Add(outcome.Event);
                    break;
                case Signal.Observed observed:
                    _observation = observed.Observation;
                    _looking = false;
                    break;
                case Signal.LeaseLost:
                    leaseLost = true;
                    break;
                case Signal.Control control:
                    // Each sees what the one before it did.
                    await RecordAsync(events).ConfigureAwait(false);
                    events = [.. ControlRules.Of(control.What, State)];
                    break;
            }
        }

        if (leaseLost) throw LeaseFaults.Lost(State.Id);
        await RecordAsync(events).ConfigureAwait(false);
        if (State.StopImmediately) _effects.Stop(State.Plan.Options.StopGrace);
    }

    private async Task RecordAsync(IReadOnlyList<JournalEvent> events)
    {
        if (events.Count == 0) return;
        IReadOnlyList<JournalRecord> records = await _journal.AppendAsync(events, CancellationToken.None).ConfigureAwait(false);
        foreach (JournalRecord record in records)
        {
            State.Apply(record);
            _observer.OnRecord(record, State);
            if (record.Event is AlertFired or StopRequested) _effects.EndWatching();
            if (record.Event is LaneEnded && _watch is not null) _released = Released(State);
        }
    }

    private void Observe()
    {
        // Not the task tells whether a look is under way: the loop may run on inside of it, when it posts what it saw.
        if (_looking) return;
        _looking = true;
        _observing = ObserveAsync();
    }

    private async Task ObserveAsync() =>
        _signals.Writer.TryWrite(new Signal.Observed(
            await _pools.ObserveAsync(State.Plan.Pools.Select(pool => pool.Key), CancellationToken.None).ConfigureAwait(false)));
}
