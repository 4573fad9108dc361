using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Tests.Simulation;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Deployments.Execution;

/// <summary>A canary's run with an analysis and alert rules that a test writes.</summary>
public sealed class WatchedRunTests : IHealthProbe, IDeployAction, IDeploymentObserver, IReleaseJudge, IReleaseWatch
{
    private readonly ManualTimeProvider _clock = new();
    private readonly LiveBalancer _balancer = new([.. Given.Pool(3).Select(member => member with { Weight = 10 })]);
    private readonly List<JournalEvent> _events = [];
    private Func<ReleaseUnderTest, CancellationToken, Task<ReleaseJudgement>> _judge = (_, _) => Task.FromResult(ReleaseJudgement.Passed);
    private Func<Action<string, Instance?, string>, CancellationToken, Task>? _watch;

    [Fact]
    public async Task A_judge_that_finds_it_bad_early_ends_the_bake_at_once()
    {
        _judge = async (_, stop) =>
        {
            await _clock.DelayAsync(TimeSpan.FromSeconds(3), stop);
            return new ReleaseJudgement(ReleaseVerdict.Fail, "it is slow");
        };
        (await PlayAsync()).State.ShouldBe(DeploymentState.Halted);
        _events.OfType<BakeEnded>().ShouldHaveSingleItem().Failure.ShouldBe("it is slow");
        _clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), "the bake was to last for 100 s");
        ShouldBeBack();
    }

    [Fact]
    public async Task A_judge_hears_who_runs_the_release_and_who_does_not()
    {
        ReleaseUnderTest? asked = null;
        _judge = (release, _) =>
        {
            asked = release;
            return Task.FromResult(ReleaseJudgement.Passed);
        };
        (await PlayAsync()).State.ShouldBe(DeploymentState.Succeeded);
        asked.ShouldNotBeNull().Canaries.Select(instance => instance.Name).ShouldBe(["web01"]);
        asked.Baselines.Select(instance => instance.Name).ShouldBe(["web02", "web03"]);
        asked.Duration.ShouldBe(TimeSpan.FromSeconds(100));
    }

    [Fact]
    public async Task A_judge_that_throws_could_not_tell()
    {
        _judge = (_, _) => throw new InvalidOperationException("no such metric");
        (await PlayAsync()).State.ShouldBe(DeploymentState.Paused);
        _events.OfType<Paused>().ShouldHaveSingleItem().Message.ShouldContain("no such metric");
    }

    [Fact]
    public async Task An_alert_ends_the_bake_and_takes_the_share_back()
    {
        _watch = async (fired, stop) =>
        {
            await _clock.DelayAsync(TimeSpan.FromSeconds(20), stop);
            fired("cpu", null, "CPU was above 90 %.");
        };
        (await PlayAsync()).State.ShouldBe(DeploymentState.Halted);
        _clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        ShouldBeBack();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task Rules_that_cannot_be_watched_any_more_are_an_alert_and_take_no_run_down(int after)
    {
        _watch = (_, stop) => after == 0 ? throw new InvalidOperationException("the source is gone") : FailAsync(stop);
        RunState state = await PlayAsync();
        state.State.ShouldBe(DeploymentState.Halted);
        _events.OfType<AlertFired>().ShouldHaveSingleItem().Message.ShouldContain("the source is gone");

        async Task FailAsync(CancellationToken stop)
        {
            await _clock.DelayAsync(TimeSpan.FromSeconds(after), stop);
            throw new InvalidOperationException("the source is gone");
        }
    }

    [Fact]
    public async Task Rules_that_fail_when_the_run_ends_them_change_nothing()
    {
        _watch = async (_, stop) =>
        {
            var ended = new TaskCompletionSource<bool>();
            using (stop.Register(() => ended.TrySetResult(true))) await ended.Task;
            throw new InvalidOperationException("closed badly");
        };
        (await PlayAsync()).State.ShouldBe(DeploymentState.Succeeded);
        _events.OfType<AlertFired>().ShouldBeEmpty();
    }

    Task<HealthReading> IHealthProbe.ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken) => Task.FromResult(new HealthReading(Healthy: true, "1.0", RunsExpected: true, "200"));

    Task IDeployAction.DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken) => Task.CompletedTask;

    void IDeploymentObserver.OnRecord(JournalRecord record, RunState state) => _events.Add(record.Event);

    void IDeploymentObserver.OnReport(Lane lane, string text)
    {
    }

    Task<ReleaseJudgement> IReleaseJudge.JudgeAsync(ReleaseUnderTest release, CancellationToken cancellationToken) => _judge(release, cancellationToken);

    Task IReleaseWatch.WatchAsync(IReadOnlyList<Instance> all, Func<IReadOnlyList<Instance>> released, Action<string, Instance?, string> fired, CancellationToken cancellationToken) => _watch!(fired, cancellationToken);

    private void ShouldBeBack()
    {
        _balancer.Members.Select(member => member.Weight).ShouldBe([10, 10, 10]);
        _balancer["web01"].State.ShouldBe(TrafficState.Draining);
    }

    private async Task<RunState> PlayAsync()
    {
        DeploymentOptions options = Given.Options with { TrafficPercent = [25, 100], Step = TimeSpan.FromSeconds(100), HasAnalysis = true, DrainTimeout = TimeSpan.FromSeconds(5), PauseTimeout = TimeSpan.FromSeconds(5) };
        DeploymentPlan plan = CanaryPlanner.Plan(options, Given.Input(_balancer.Members), new Dictionary<PoolKey, WeightLimits> { [Given.Web] = new(0, 256) }, weightsArePools: false).Plan.ShouldNotBeNull();
        var pools = new PoolReader(new Dictionary<string, IBalancer> { ["lb1"] = _balancer }, _clock);
        var health = new HealthGate(this, _clock);
        var journal = new MemoryJournal(_clock);
        var state = new RunState(plan);
        foreach (JournalRecord record in await journal.AppendAsync([new DeploymentStarted("d1", plan, "host", "user", 1)], CancellationToken.None)) state.Apply(record);
        using var runner = new DeploymentRunner(
            state, journal, StepHandlers.Of(options, pools, health, this, null, null, _clock), health, this, _watch is null ? null : this, pools, _clock, this);
        return await _clock.RunAsync(RunAsync(), TimeSpan.FromHours(1));

        async Task<RunState> RunAsync()
        {
            await runner.RunAsync(CancellationToken.None, CancellationToken.None);
            return state;
        }
    }
}
