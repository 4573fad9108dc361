using System.Threading.Channels;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>Carries out what the journal announces, and posts each outcome back as an event.</summary>
internal sealed class Effects : IDisposable
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    private readonly IReadOnlyDictionary<StepKind, IStepHandler> _handlers;
    private readonly ReleaseChecks _checks;
    private readonly TimeProvider _time;
    private readonly IDeploymentObserver _observer;
    private readonly ChannelWriter<Signal> _outcomes;
    private readonly CancellationTokenSource _waits = new();
    private readonly CancellationTokenSource _deploys = new();
    private CancellationTokenSource _watching;
    private readonly TaskCompletionSource<bool> _idle = new();
    private int _underWay = 1;
    private CancellationTokenSource? _grace;

    public Effects(
        IReadOnlyDictionary<StepKind, IStepHandler> handlers, ReleaseChecks checks, TimeProvider time, IDeploymentObserver observer, ChannelWriter<Signal> outcomes)
    {
        _handlers = handlers;
        _checks = checks;
        _time = time;
        _observer = observer;
        _outcomes = outcomes;
        _watching = CancellationTokenSource.CreateLinkedTokenSource(_waits.Token);
    }

    public void Start(JournalEvent announced, RunState state)
    {
        Task? effect = announced switch
        {
            StepStarted step => PostAsync(StepAsync(step, state[step.Lane]), fault => Failed(step, state[step.Lane], ErrorId.Unexpected, $"failed unexpectedly: {fault.Message}")),
            BakeStarted bake => PostAsync(_checks.BakeAsync(bake.Wave, state, _watching.Token), fault => new BakeEnded(bake.Wave, Nothing, Inconclusive: $"The watch over wave {bake.Wave} ended unexpectedly: {fault.Message}")),
            FleetCheckStarted => PostAsync(_checks.CheckFleetAsync(state, _waits.Token), fault => new FleetChecked(ReleaseChecks.Fleet(state).ToDictionary(lane => lane.Key, _ => fault.Message, StringComparer.Ordinal))),
            _ => null,
        };
        if (effect is null || effect.IsCompleted) return;
        Interlocked.Increment(ref _underWay);
        _ = CountAsync(effect);
    }

    /// <summary>Waits and reads end now, deploys after the grace; writes finish by themselves.</summary>
    public void Stop(TimeSpan grace)
    {
        _waits.Cancel();
        if (grace <= TimeSpan.Zero)
        {
            _deploys.Cancel();
        }
        else if (_grace is null)
        {
            _grace = _time.CreateCancellationTokenSource(grace);
            _grace.Token.Register(static source => ((CancellationTokenSource)source!).Cancel(), _deploys);
        }
    }

    /// <summary>What is watched, or waited for, to give canaries a share has become needless.</summary>
    public void EndWatching()
    {
        CancellationTokenSource ended = _watching;
        _watching = CancellationTokenSource.CreateLinkedTokenSource(_waits.Token);
        ended.Cancel();
        ended.Dispose();
    }

    /// <summary>Returns when nothing of ours runs any more; asked once, when nothing more is started.</summary>
    public Task WhenIdleAsync()
    {
        Leave();
        return _idle.Task;
    }

    /// <summary>The source of the deploys is left alone: the end of the grace may be cancelling it, and without a timer it holds nothing.</summary>
    public void Dispose()
    {
        _grace?.Dispose();
        _watching.Dispose();
        _waits.Dispose();
    }

    private async Task CountAsync(Task effect)
    {
        try
        {
            await effect.ConfigureAwait(false);
        }
        finally
        {
            Leave();
        }
    }

    // The owner counts as one until it waits, so that one of the two sees the last of them go.
    private void Leave()
    {
        if (Interlocked.Decrement(ref _underWay) == 0) _idle.TrySetResult(true);
    }

    // Without an outcome the run would wait for ever, so there is one in any case.
    private async Task PostAsync(Task<JournalEvent> effect, Func<Exception, JournalEvent> failed)
    {
        JournalEvent outcome;
        try
        {
            outcome = await effect.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            outcome = failed(exception);
        }

        _outcomes.TryWrite(new Signal.Outcome(outcome));
    }

    private static StepFailed Failed(StepStarted step, LaneRun run, ErrorId error, string what) =>
        new(step.Lane, step.Step, error, $"{step.Step} on {run.Plan.Instance.Name} {what}", Members: null);

    private async Task<JournalEvent> StepAsync(StepStarted step, LaneRun run)
    {
        Lane lane = run.Plan;
        CancellationToken token = lane.Shift is not null && step.Step == StepKind.AwaitServing ? _watching.Token : Token(step.Step);
        try
        {
            var request = new StepRequest(lane, step.Attempt, run.Left, text => _observer.OnReport(lane, text));
            StepOutcome result = await _handlers[step.Step].RunAsync(request, token).ConfigureAwait(false);
            return result.Fault is null
                ? new StepSucceeded(step.Lane, step.Step, result.Observed, result.Members, result.Found, result.Mismatch)
                : new StepFailed(step.Lane, step.Step, result.Fault.Id, result.Fault.ToString(), result.Members, result.Found);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return Failed(step, run, ErrorId.Stopped, "was stopped.");
        }
        catch (AppStatusException exception)
        {
            return new StepFailed(step.Lane, step.Step, exception.Id, exception.Message, Members: null);
        }
    }

    private CancellationToken Token(StepKind step) => EffectStops.Of(step) switch
    {
        EffectStop.Grace => _deploys.Token,
        EffectStop.Finish => CancellationToken.None,
        _ => _waits.Token,
    };
}
