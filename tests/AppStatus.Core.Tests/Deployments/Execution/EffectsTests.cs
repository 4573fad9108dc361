using System.Threading.Channels;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Deployments.Execution;

/// <summary>What the journal announces is carried out, and has an outcome whatever becomes of it.</summary>
public sealed class EffectsTests : IDeployAction, IHealthProbe, IDeploymentObserver
{
    private readonly RunState _state = Given.Run(Given.Options, 1).State;
    private readonly Channel<Signal> _outcomes = Channel.CreateUnbounded<Signal>();
    private Func<CancellationToken, Task> _deploy = _ => Task.CompletedTask;

    [Fact]
    public void A_watch_that_ends_unexpectedly_has_an_outcome_that_is_not_good()
    {
        using Effects effects = Make(new ManualTimeProvider());
        effects.Start(new BakeStarted(99), _state);
        Outcome<BakeEnded>().Inconclusive.ShouldContain("ended unexpectedly");
    }

    [Fact]
    public void A_fleet_check_that_ends_unexpectedly_finds_everybody_unknown()
    {
        using Effects effects = Make(new ManualTimeProvider());
        effects.Start(new FleetCheckStarted(), _state);
        Outcome<FleetChecked>().Mismatched.Values.ShouldHaveSingleItem().ShouldContain("no route");
    }

    [Fact]
    public async Task It_is_idle_when_the_last_of_what_runs_has_ended()
    {
        using Effects effects = Make(new ManualTimeProvider());
        var ends = new TaskCompletionSource<bool>();
        _deploy = _ => ends.Task;
        effects.Start(new StepStarted(Given.Lane(1), StepKind.Deploy, 1), _state);
        Task idle = effects.WhenIdleAsync();
        idle.IsCompleted.ShouldBeFalse();
        ends.SetResult(true);
        await idle;
        Outcome<StepSucceeded>().Step.ShouldBe(StepKind.Deploy);
    }

    [Fact]
    public void It_is_idle_at_once_where_nothing_runs()
    {
        using Effects effects = Make(new ManualTimeProvider());
        effects.Start(new StepStarted(Given.Lane(1), StepKind.Deploy, 1), _state);
        effects.WhenIdleAsync().IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void The_end_of_the_grace_stops_a_deploy()
    {
        var clock = new ManualTimeProvider();
        using Effects effects = Make(clock);
        CancellationToken seen = default;
        var ends = new TaskCompletionSource<bool>();
        _deploy = async stop =>
        {
            seen = stop;
            using (stop.Register(() => ends.TrySetCanceled())) await ends.Task;
        };
        effects.Start(new StepStarted(Given.Lane(1), StepKind.Deploy, 1), _state);
        effects.Stop(TimeSpan.FromSeconds(30));
        clock.Advance(TimeSpan.FromSeconds(29));
        seen.IsCancellationRequested.ShouldBeFalse();
        clock.Advance(TimeSpan.FromSeconds(1));
        Outcome<StepFailed>().Error.ShouldBe(ErrorId.Stopped);
    }

    // A timer's dispose does not wait for a callback that has begun, so one may come when all is disposed.
    [Fact]
    public async Task A_timer_that_comes_late_finds_nothing_to_cancel_and_throws_nothing()
    {
        var clock = new LateClock();
        Effects effects = Make(clock);
        effects.Stop(TimeSpan.FromSeconds(30));
        effects.Dispose();
        var request = new StepRequest(_state.Lanes[0].Plan, 1, _state.Lanes[0].Left, _ => { });
        await new DeployHandler(this, Given.Options, clock).RunAsync(request, CancellationToken.None);

        clock.Callbacks.Count.ShouldBe(2);
        foreach (Action callback in clock.Callbacks) callback();
    }

    Task IDeployAction.DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken) => _deploy(cancellationToken);

    Task<HealthReading> IHealthProbe.ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken) => throw new InvalidOperationException("no route");

    void IDeploymentObserver.OnRecord(JournalRecord record, RunState state)
    {
    }

    void IDeploymentObserver.OnReport(Lane lane, string text)
    {
    }

    private Effects Make(TimeProvider clock)
    {
        var handlers = new Dictionary<StepKind, IStepHandler> { [StepKind.Deploy] = new DeployHandler(this, Given.Options, clock) };
        return new Effects(handlers, new ReleaseChecks(new HealthGate(this, clock), judge: null, TimeSpan.FromSeconds(1), this), clock, this, _outcomes.Writer);
    }

    private T Outcome<T>()
    {
        _outcomes.Reader.TryRead(out Signal? signal).ShouldBeTrue("there is an outcome");
        return signal.ShouldBeOfType<Signal.Outcome>().Event.ShouldBeOfType<T>();
    }

    private sealed class LateClock : TimeProvider
    {
        public List<Action> Callbacks { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Callbacks.Add(() => callback(state));
            return new Deaf();
        }

        private sealed class Deaf : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
