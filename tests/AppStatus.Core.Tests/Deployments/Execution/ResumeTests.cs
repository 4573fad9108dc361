using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Deployments.Execution;

public sealed class ResumeTests
{
    [Fact]
    public void A_deploy_that_was_only_about_to_begin_begins_with_the_drain()
    {
        RunByHand run = Given.Run(Given.Options, 2);
        run.Step();
        run.Until(1, StepKind.AwaitIdle).Succeed(1);
        Resume(run).Step(run.Look()).Events.OfType<StepStarted>().ShouldHaveSingleItem().Step.ShouldBe(StepKind.Drain);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void A_drain_that_may_not_have_landed_costs_what_any_other_does(bool serves, int started)
    {
        RunByHand run = Given.Run(Given.Options with { MinimumHealthy = "1" }, 2);
        run.Step();
        run.Until(1, StepKind.Drain);
        PoolMember own = serves ? Given.Member(1) : Given.Member(1, TrafficState.Draining);
        Resume(run).Step(run.Look(own, Given.Member(2, up: false))).Events.OfType<StepStarted>().Count().ShouldBe(started);
    }

    [Fact]
    public void A_watch_that_a_stop_cut_short_begins_anew()
    {
        RunByHand run = Given.Run(Given.Options with { FirstBake = TimeSpan.FromSeconds(60) }, 2);
        run.Step();
        run.Finish(1).Step().Events.ShouldBe([new BakeStarted(1)]);
        run.Wait(5).Journal(new StopRequested("me", Immediate: true), new BakeEnded(1, new Dictionary<string, string>()));
        run.Step().Events.ShouldBe([new DeploymentEnded(DeploymentState.Stopped)]);
        Resume(run).Step(run.Look()).Events.ShouldBe([new BakeStarted(1)]);
    }

    private static RunByHand Resume(RunByHand run) =>
        run.Wait(10).Journal(new DeploymentResumed("me", "host", 2, RetryFailed: true)).Wait(1);
}
