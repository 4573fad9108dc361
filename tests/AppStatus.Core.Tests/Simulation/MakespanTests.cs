using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Simulation;

public sealed class MakespanTests
{
    [Theory]
    [InlineData("10")]
    [InlineData("10%")]
    public void A_sliding_window_over_a_thousand_hosts_takes_hardly_longer_than_the_work_itself(string batch)
    {
        var world = new IdealWorld(pools: 1, membersEach: 1000);
        DeploymentPlan plan = world.Plan(new DeploymentOptions { Release = "2.0", ExpectedVersion = "2.0", BatchSize = batch });

        SynchronizationContext.SetSynchronizationContext(null);
        RunState state = world.Run(plan, new MemoryJournal(world.Clock));

        state.State.ShouldBe(DeploymentState.Succeeded);
        double ideal = Greedy.Makespan(world.Unavoidable(plan), plan.Waves[0].Window).TotalSeconds;
        (Results.Of(state, "").Duration.TotalSeconds / ideal).ShouldBeInRange(1.0, 1.02);
    }
}
