using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Reporting;
using AppStatus.Core.Tests.Simulation;
using AppStatus.Core.Tests.Simulation.Crashes;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Deployments.Execution;

/// <summary>A check that somebody ends before its time is no good one, and is made anew by whoever goes on.</summary>
public sealed class CutShortTests : IHealthProbe, IDeploymentObserver
{
    private readonly IdealWorld _world = new(pools: 1, membersEach: 2);
    private readonly List<JournalEvent> _events = [];
    private readonly List<string> _marks = [];
    private Action<JournalEvent> _heard = _ => { };
    private bool _silent;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_ends_a_bake_at_once_and_a_resume_watches_anew(bool immediate)
    {
        (IDeploymentStore store, DeploymentDriver driver) = Driver();
        string id = "";
        _heard = item =>
        {
            if (item is DeploymentStarted started) id = started.Id;
            if (item is BakeStarted) _ = store.SendAsync(id, new ControlSignal(immediate ? ControlAction.StopImmediately : ControlAction.Stop, "me"), CancellationToken.None);
        };
        DeploymentPlan plan = _world.Plan(new DeploymentOptions { Release = "2.0", ExpectedVersion = "2.0", MinimumHealthy = "1", Bake = TimeSpan.FromDays(1) });
        DeploymentResult stopped = await _world.Clock.RunAsync(driver.RunAsync(plan, TimeSpan.Zero, CancellationToken.None), TimeSpan.FromDays(2));

        stopped.State.ShouldBe(DeploymentState.Stopped);
        _world.Clock.Elapsed.ShouldBeLessThan(TimeSpan.FromHours(12), "the bake was to last for a day");
        _events.OfType<BakeEnded>().ShouldHaveSingleItem().CutShort.ShouldBeTrue();
        _marks.ShouldContain("The watch over wave 2 was cut short; nothing bad was seen until then");
        stopped.Error.ShouldContain("watch over wave 2 was cut short");

        _heard = _ => { };
        DeploymentResult resumed = await _world.Clock.RunAsync(driver.ResumeAsync(stopped.Id, retryFailed: true, TimeSpan.Zero, CancellationToken.None), TimeSpan.FromDays(3));

        (resumed.State, resumed.Error).ShouldBe((DeploymentState.Succeeded, ""));
        _world.Clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromDays(1));
        _events.OfType<BakeEnded>().Last().CutShort.ShouldBeFalse();
        _marks.ShouldContain("Wave 2 stayed healthy");
    }

    [Fact]
    public async Task A_stop_ends_a_fleet_check_and_a_resume_checks_anew()
    {
        (_, DeploymentDriver driver) = Driver();
        using var stop = new CancellationTokenSource();
        _heard = item =>
        {
            if (item is not FleetCheckStarted) return;
            _silent = true;
            _world.Clock.CreateTimer(_ => stop.Cancel(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        };
        DeploymentPlan plan = _world.Plan(new DeploymentOptions { Release = "2.0", ExpectedVersion = "2.0", MinimumHealthy = "1" });
        DeploymentResult stopped = await _world.Clock.RunAsync(driver.RunAsync(plan, TimeSpan.Zero, stop.Token), TimeSpan.FromHours(1));

        stopped.State.ShouldBe(DeploymentState.Stopped);
        _events.OfType<FleetChecked>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(check => check.CutShort.ShouldBeTrue(), check => check.Mismatched.ShouldBeEmpty());
        _marks.ShouldContain("The check of versions was cut short: not every instance was asked");
        stopped.Error.ShouldContain("check of versions was cut short");

        (_silent, _heard) = (false, _ => { });
        DeploymentResult resumed = await _world.Clock.RunAsync(driver.ResumeAsync(stopped.Id, retryFailed: true, TimeSpan.Zero, CancellationToken.None), TimeSpan.FromHours(2));

        (resumed.State, resumed.Error).ShouldBe((DeploymentState.Succeeded, ""));
        _events.OfType<FleetChecked>().Last().CutShort.ShouldBeFalse();
    }

    async Task<HealthReading> IHealthProbe.ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken)
    {
        if (!_silent) return new HealthReading(Healthy: true, "2.0", RunsExpected: true, "200");
        var never = new TaskCompletionSource<HealthReading>();
        using (cancellationToken.Register(() => never.TrySetCanceled())) return await never.Task;
    }

    void IDeploymentObserver.OnRecord(JournalRecord record, RunState state)
    {
        _events.Add(record.Event);
        if (Marks.Of(record, state) is { } mark) _marks.Add(mark.Text);
        _heard(record.Event);
    }

    void IDeploymentObserver.OnReport(Lane lane, string text)
    {
    }

    private (IDeploymentStore Store, DeploymentDriver Driver) Driver()
    {
        // All of it goes on inline, on the clock.
        SynchronizationContext.SetSynchronizationContext(null);
        var disk = new SimulatedWorld(_world.Clock, new Dice(1));
        IDeploymentStore store = new MemoryStore(disk).For(new Life(disk, diesAt: null, cutsWire: false));
        return (store, new DeploymentDriver(store, new DeploymentPorts
        {
            Balancers = new Dictionary<string, IBalancer> { [_world.Id] = _world }, Health = this, Deploy = _world, Observer = this, Time = _world.Clock,
        }));
    }
}
