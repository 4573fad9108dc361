using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Simulation;
using AppStatus.Core.Tests.Simulation.Crashes;

namespace AppStatus.Core.Tests.Deployments;

/// <summary>-OnFailure Rollback, and a stop that comes in the very moment in which it would begin.</summary>
public sealed class RollbackTests
{
    private readonly IdealWorld _world = new(pools: 1, membersEach: 3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_run_is_rolled_back_unless_it_was_stopped(bool stopped)
    {
        // All of it goes on inline, on the clock.
        SynchronizationContext.SetSynchronizationContext(null);
        using var stop = new CancellationTokenSource();
        var action = new Fails([2], () =>
        {
            if (stopped) stop.Cancel();
        });
        var disk = new SimulatedWorld(_world.Clock, new Dice(1));
        using IDeploymentStore store = new MemoryStore(disk).For(new Life(disk, diesAt: null, cutsWire: false));
        var driver = new DeploymentDriver(store, new DeploymentPorts
        {
            Balancers = new Dictionary<string, IBalancer> { [_world.Id] = _world }, Health = _world, Deploy = action, Observer = action, Time = _world.Clock,
        });
        DeploymentPlan plan = _world.Plan(new DeploymentOptions { Release = "2.0", MinimumHealthy = "1", OnFailure = FailureAction.Rollback });

        DeploymentResult result = await _world.Clock.RunAsync(driver.RunAsync(plan, TimeSpan.Zero, stop.Token), TimeSpan.FromHours(1));

        result.State.ShouldBe(stopped ? DeploymentState.Halted : DeploymentState.RolledBack);
        (await store.ListAsync(CancellationToken.None)).Count.ShouldBe(stopped ? 1 : 2);
        action.Releases.ShouldBe(stopped ? ["2.0", "2.0"] : ["2.0", "2.0", "1.0", "1.0"]);
    }

    [Fact]
    public async Task A_resumed_run_that_fails_again_is_rolled_back_too()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        using var stop = new CancellationTokenSource();
        var action = new Fails([2, 3], stop.Cancel);
        var disk = new SimulatedWorld(_world.Clock, new Dice(1));
        using IDeploymentStore store = new MemoryStore(disk).For(new Life(disk, diesAt: null, cutsWire: false));
        var driver = new DeploymentDriver(store, new DeploymentPorts
        {
            Balancers = new Dictionary<string, IBalancer> { [_world.Id] = _world }, Health = _world, Deploy = action, Observer = action, Time = _world.Clock,
        });
        DeploymentPlan plan = _world.Plan(new DeploymentOptions { Release = "2.0", MinimumHealthy = "1", OnFailure = FailureAction.Rollback });
        DeploymentResult stopped = await _world.Clock.RunAsync(driver.RunAsync(plan, TimeSpan.Zero, stop.Token), TimeSpan.FromHours(1));
        stopped.State.ShouldBe(DeploymentState.Halted);

        DeploymentResult resumed = await _world.Clock.RunAsync(driver.ResumeAsync(stopped.Id, retryFailed: true, TimeSpan.Zero, CancellationToken.None), TimeSpan.FromHours(1));

        (resumed.Id, resumed.State).ShouldBe((stopped.Id, DeploymentState.RolledBack));
        action.Releases.ShouldBe(["2.0", "2.0", "2.0", "1.0", "1.0"]);
    }

    [Fact]
    public async Task What_may_still_be_deploying_is_not_rolled_back_over()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        var action = new Fails([2], () => { }, ErrorId.DeployNotStopped);
        var disk = new SimulatedWorld(_world.Clock, new Dice(1));
        using IDeploymentStore store = new MemoryStore(disk).For(new Life(disk, diesAt: null, cutsWire: false));
        var driver = new DeploymentDriver(store, new DeploymentPorts
        {
            Balancers = new Dictionary<string, IBalancer> { [_world.Id] = _world }, Health = _world, Deploy = action, Observer = action, Time = _world.Clock,
        });
        DeploymentPlan plan = _world.Plan(new DeploymentOptions { Release = "2.0", MinimumHealthy = "1", OnFailure = FailureAction.Rollback, MaxFailures = 5, DeployRetry = 3 });

        DeploymentResult result = await _world.Clock.RunAsync(driver.RunAsync(plan, TimeSpan.Zero, CancellationToken.None), TimeSpan.FromHours(1));

        result.State.ShouldBe(DeploymentState.Halted);
        action.Releases.ShouldBe(["2.0", "2.0"]);
        string failed = result.Lanes.Single(lane => lane.ErrorId == ErrorId.DeployNotStopped).Name;
        result.Error.ShouldContain($"not rolled back, because the deploy to {failed} may still be running");
        DeploymentSummary.Fault(result).ShouldNotBeNull().NextStep.ShouldContain($"Make sure that the deploy to {failed} has ended");
    }

    private sealed class Fails(int[] calls, Action ended, ErrorId error = ErrorId.DeployFailed) : IDeployAction, IDeploymentObserver
    {
        public List<string> Releases { get; } = [];

        public Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
        {
            Releases.Add(release);
            return calls.Contains(Releases.Count) ? throw new AppStatusException(error, "It is broken.") : Task.CompletedTask;
        }

        public void OnRecord(JournalRecord record, RunState state)
        {
            if (record.Event is DeploymentEnded { State: DeploymentState.Halted }) ended();
        }

        public void OnReport(Lane lane, string text)
        {
        }
    }
}
