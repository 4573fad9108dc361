using System.Threading.Channels;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>Carries out what the journal announces, and posts each outcome back as an event.</summary>
internal sealed class Effects : IDisposable
{
    private readonly IReadOnlyDictionary<StepKind, IStepHandler> _handlers;
    private readonly HealthGate _health;
    private readonly IReleaseJudge? _judge;
    private readonly DeploymentOptions _options;
    private readonly TimeProvider _time;
    private readonly IDeploymentObserver _observer;
    private readonly ChannelWriter<Signal> _outcomes;
    private readonly CancellationTokenSource _waits = new();
    private readonly CancellationTokenSource _deploys = new();
    private CancellationTokenSource _watching;
    private int _underWay;
    private TaskCompletionSource<bool>? _idle;
    private ITimer? _grace;

    public Effects(
        IReadOnlyDictionary<StepKind, IStepHandler> handlers, HealthGate health, IReleaseJudge? judge, DeploymentOptions options,
        TimeProvider time, IDeploymentObserver observer, ChannelWriter<Signal> outcomes)
    {
        _handlers = handlers;
        _health = health;
        _judge = judge;
        _options = options;
        _time = time;
        _observer = observer;
        _outcomes = outcomes;
        _watching = CancellationTokenSource.CreateLinkedTokenSource(_waits.Token);
    }

    public void Start(JournalEvent announced, RunState state)
    {
        Task? effect = announced switch
        {
            StepStarted step => RunStepAsync(step, state[step.Lane]),
            BakeStarted bake => RunBakeAsync(bake.Wave, state),
            FleetCheckStarted => RunFleetCheckAsync(state),
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
        if (grace <= TimeSpan.Zero) _deploys.Cancel();
        else _grace ??= _time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), _deploys, grace, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is watched, or waited for, to give canaries a share has become needless.</summary>
    public void EndWatching()
    {
        CancellationTokenSource ended = _watching;
        _watching = CancellationTokenSource.CreateLinkedTokenSource(_waits.Token);
        ended.Cancel();
        ended.Dispose();
    }

    /// <summary>Returns when nothing of ours runs any more.</summary>
    public Task WhenIdleAsync()
    {
        _idle = new TaskCompletionSource<bool>();
        if (Volatile.Read(ref _underWay) == 0) _idle.TrySetResult(true);
        return _idle.Task;
    }

    public void Dispose()
    {
        _grace?.Dispose();
        _watching.Dispose();
        _waits.Dispose();
        _deploys.Dispose();
    }

    private async Task CountAsync(Task effect)
    {
        try
        {
            await effect.ConfigureAwait(false);
        }
        finally
        {
            if (Interlocked.Decrement(ref _underWay) == 0) _idle?.TrySetResult(true);
        }
    }

    private async Task RunStepAsync(StepStarted step, LaneRun run)
    {
        Lane lane = run.Plan;
        CancellationToken token = lane.Shift is not null && step.Step == StepKind.AwaitServing ? _watching.Token : Token(step.Step);
        JournalEvent outcome;
        try
        {
            var request = new StepRequest(lane, step.Attempt, run.Left, text => _observer.OnReport(lane, text));
            StepOutcome result = await _handlers[step.Step].RunAsync(request, token).ConfigureAwait(false);
            outcome = result.Fault is null
                ? new StepSucceeded(step.Lane, step.Step, result.Observed, result.Members, result.Found)
                : new StepFailed(step.Lane, step.Step, result.Fault.Id, result.Fault.ToString(), result.Members, result.Found);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            outcome = new StepFailed(step.Lane, step.Step, ErrorId.Stopped, $"{step.Step} on {lane.Instance.Name} was stopped.", Members: null);
        }
        catch (AppStatusException exception)
        {
            outcome = new StepFailed(step.Lane, step.Step, exception.Id, exception.Message, Members: null);
        }
        catch (Exception exception)
        {
            outcome = new StepFailed(step.Lane, step.Step, ErrorId.Unexpected, $"{step.Step} on {lane.Instance.Name} failed unexpectedly: {exception.Message}", Members: null);
        }

        _outcomes.TryWrite(new Signal.Outcome(outcome));
    }

    private async Task RunBakeAsync(int wave, RunState state)
    {
        Wave plan = state.Plan.Waves[wave - 1];
        // A canary is watched at each of its shares, and not only after it was deployed.
        IEnumerable<LaneRun> watched = state.ActiveShift is null ? state.Waves.Unwatched : state.Lanes.Where(lane => (lane.Plan.IsCanary || lane.Plan.IsBaseline) && lane.State == LaneState.Succeeded);
        Lane[] lanes = [.. watched.Select(lane => lane.Plan).Where(lane => lane.IsWatched)];
        ReleaseUnderTest? release = _judge is null || !plan.IsJudged || lanes.All(lane => lane.IsBaseline) ? null : UnderTest(lanes, plan, state);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_watching.Token);
        bool shared = state.ActiveShift is not null;
        Task<ReleaseJudgement> judging = release is null ? Task.FromResult(ReleaseJudgement.Passed) : JudgeAsync(release, ended);
        IReadOnlyDictionary<string, string> unhealthy = await GatherAsync(lanes, async lane =>
        {
            _observer.OnReport(lane, $"watching health for {plan.Bake.TotalSeconds:0.#} s");
            string? lost = await _health.WatchAsync(lane.Instance, lane.StatusUri, plan.Bake, ended.Token).ConfigureAwait(false);
            // One bad canary ends the share of all: nobody waits for the others' time.
            if (lost is not null && shared) ended.Cancel();
            return lost;
        }).ConfigureAwait(false);
        if (unhealthy.Count > 0) ended.Cancel();
        ReleaseJudgement judgement = await judging.ConfigureAwait(false);
        _outcomes.TryWrite(new Signal.Outcome(new BakeEnded(
            wave, unhealthy,
            judgement.Verdict == ReleaseVerdict.Fail ? judgement.Why : "", judgement.Verdict == ReleaseVerdict.Inconclusive ? judgement.Why : "")));
    }

    // What is found bad ends the watching of health as well.
    private async Task<ReleaseJudgement> JudgeAsync(ReleaseUnderTest release, CancellationTokenSource ended)
    {
        try
        {
            ReleaseJudgement judgement = await _judge!.JudgeAsync(release, ended.Token).ConfigureAwait(false);
            if (judgement.Verdict != ReleaseVerdict.Pass) ended.Cancel();
            return judgement;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return ReleaseJudgement.Passed;
        }
        catch (Exception cause)
        {
            ended.Cancel();
            return new ReleaseJudgement(ReleaseVerdict.Inconclusive, $"The analysis ended unexpectedly: {cause.Message}");
        }
    }

    private ReleaseUnderTest UnderTest(Lane[] canaries, Wave wave, RunState state)
    {
        LaneRun[] baselines = [.. state.Lanes.Where(lane => lane.Plan.IsBaseline && lane.State == LaneState.Succeeded)];
        bool fresh = baselines.Length > 0;
        if (!fresh) baselines = [.. state.Lanes.Where(lane => lane.State == LaneState.NotStarted && lane.Plan.Steps.Contains(StepKind.Deploy))];
        Lane[] tested = [.. canaries.Where(lane => !lane.IsBaseline)];
        return new ReleaseUnderTest(
            [.. tested.Select(lane => lane.Instance)], [.. baselines.Select(lane => lane.Plan.Instance)], wave.Bake, _options.Interval,
            text => _observer.OnReport(tested[0], text)) { HasFreshBaselines = fresh };
    }

    private async Task RunFleetCheckAsync(RunState state)
    {
        Lane[] lanes = state.Lanes.Select(lane => lane.Plan).Where(lane => lane.BringsRelease).ToArray();
        IReadOnlyDictionary<string, string> mismatched = await GatherAsync(lanes, async lane =>
        {
            HealthReading reading = await _health.LookAsync(lane.Instance, lane.StatusUri, versionToo: true, _waits.Token).ConfigureAwait(false);
            return reading.RunsExpected ? null : reading.Version.Length > 0 ? reading.Version : reading.Detail;
        }).ConfigureAwait(false);
        _outcomes.TryWrite(new Signal.Outcome(new FleetChecked(mismatched)));
    }

    // A null finding is a good one. A stop ends it with what was found.
    private static async Task<IReadOnlyDictionary<string, string>> GatherAsync(Lane[] lanes, Func<Lane, Task<string?>> look)
    {
        (string Key, string? Finding)[] all = await Task.WhenAll(lanes.Select(async lane =>
        {
            try
            {
                return (lane.Key, await look(lane).ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                return (lane.Key, null);
            }
            catch (Exception cause)
            {
                return (lane.Key, cause.Message);
            }
        })).ConfigureAwait(false);
        return all.Where(entry => entry.Finding is not null).ToDictionary(entry => entry.Key, entry => entry.Finding!, StringComparer.Ordinal);
    }

    private CancellationToken Token(StepKind step) => EffectStops.Of(step) switch
    {
        EffectStop.Grace => _deploys.Token,
        EffectStop.Finish => CancellationToken.None,
        _ => _waits.Token,
    };
}
