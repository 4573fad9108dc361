using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Planning;

/// <summary>The undo of what exchanges instances or moves shares, and the end of a promotion.</summary>
public sealed class WayBackTests
{
    private static readonly DeploymentOptions ByStatus = Given.Options with { Promote = true, TrafficControl = TrafficControl.Status };
    private static readonly PoolMember Old = Given.Member(1) with { NativeState = "ready" }, Next = Given.Member(2, TrafficState.Draining) with { NativeState = "stage" };

    [Fact]
    public void A_pair_goes_back_the_old_one_in_before_the_new_one_out()
    {
        Lane back = UndoPlanner.Plan(Promoted().State, release: null).Plan.ShouldNotBeNull().Lanes.ShouldHaveSingleItem();
        (back.Instance.Name, back.Replaces!.Instance.Name, back.Effect).ShouldBe(("web01", "web02", LaneEffect.Enter));
        back.Steps.ShouldBe([StepKind.Enter, StepKind.AwaitServing, StepKind.Drain, StepKind.AwaitIdle]);
        back.Left.ShouldBe(new Dictionary<string, TrafficState?> { ["lb1/web/web02"] = TrafficState.Enabled, ["lb1/web/web01"] = TrafficState.Draining });
        back.Instance.ExpectedVersion.ShouldBeEmpty("what served before runs what it ran");
    }

    [Fact]
    public void One_sided_lanes_go_back_the_other_way()
    {
        Lane enter = PromotePlanner.Enter(ByStatus, Given.Observed(true, Next), replaced: null), leave = PromotePlanner.Leave(ByStatus, Given.Observed(true, Old));
        RunByHand run = new(Plan(enter, leave));
        run.Journal(new StepStarted(enter.Key, StepKind.Enter, 1), new StepStarted(leave.Key, StepKind.Drain, 1));
        Lane[] back = [.. UndoPlanner.Plan(run.State, release: null).Plan.ShouldNotBeNull().Lanes];
        back.Select(lane => (lane.Instance.Name, lane.Effect)).ShouldBe([("web01", LaneEffect.Enter), ("web02", LaneEffect.Leave)], ignoreOrder: true);
        Fault(UndoPlanner.Plan(run.State, release: "0.9")).Message.ShouldContain("its way back is to where traffic went before");
    }

    [Fact]
    public void A_server_goes_back_to_its_pool_under_the_same_limit()
    {
        Lane change = BlueGreenPlanner.SwitchLane(new PoolSwitch("lb1", "www", "blue", "green", 5), Given.Options);
        RunByHand run = new(Plan(change));
        run.Journal(new StepStarted(change.Key, StepKind.SwitchPool, 1));
        UndoPlanner.Plan(run.State, release: null).Plan.ShouldNotBeNull().Lanes.ShouldHaveSingleItem().Switch.ShouldBe(new PoolSwitch("lb1", "www", "green", "blue", 5));
    }

    [Fact]
    public void A_share_is_taken_back_first_and_its_canary_stays_out_until_it_was_deployed_to()
    {
        Lane canary = Redeploy(1, StepKind.Drain, StepKind.AwaitIdle, StepKind.Deploy, StepKind.Verify) with { IsCanary = true };
        Lane share = Share();
        RunByHand run = new(Plan(canary, share));
        run.Journal(new StepStarted(canary.Key, StepKind.Drain, 1), new StepSucceeded(canary.Key, StepKind.Drain, "", Left(TrafficState.Draining)), new StepStarted(canary.Key, StepKind.Deploy, 1), new StepSucceeded(canary.Key, StepKind.Deploy, "", null));
        run.Journal(new LaneEnded(canary.Key, LaneState.Succeeded, null, ""), new StepStarted(share.Key, StepKind.Shift, 1), new StepSucceeded(share.Key, StepKind.Shift, "", Left(TrafficState.Enabled)));

        DeploymentPlan undo = UndoPlanner.Plan(run.State, release: null).Plan.ShouldNotBeNull();
        undo.Waves.Select(wave => string.Join(" ", wave.Lanes.SelectMany(lane => lane.Steps))).ShouldBe(["Cut", "Drain AwaitIdle Deploy Verify Restore AwaitServing"]);
        undo.Waves[1].Lanes[0].MayBeBroken.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void A_baseline_goes_back_only_where_it_was_left_out(bool done, int lanes)
    {
        Lane baseline = Redeploy(1, StepKind.Drain, StepKind.AwaitIdle, StepKind.Deploy, StepKind.Verify, StepKind.Restore, StepKind.AwaitServing) with { IsBaseline = true };
        RunByHand run = new(Plan(baseline));
        run.Journal(new StepStarted(baseline.Key, StepKind.Drain, 1), new StepSucceeded(baseline.Key, StepKind.Drain, "", Left(TrafficState.Draining)));
        if (done) run.Journal(new StepStarted(baseline.Key, StepKind.Restore, 1), new StepSucceeded(baseline.Key, StepKind.Restore, "", Left(TrafficState.Enabled)), new LaneEnded(baseline.Key, LaneState.Succeeded, null, ""));
        UndoPlanner.Plan(run.State, release: null).Plan.ShouldNotBeNull().Lanes.Count().ShouldBe(lanes);
    }

    [Fact]
    public void What_a_promotion_has_put_into_stand_by_becomes_stage()
    {
        RunByHand run = Promoted();
        run.Journal(new LaneEnded(Given.Lane(2), LaneState.Succeeded, null, ""), new DeploymentEnded(DeploymentState.Succeeded));
        DeploymentPlan plan = CompletePlanner.Plan(run.State).Plan.ShouldNotBeNull();
        Lane lane = plan.Lanes.ShouldHaveSingleItem();
        (plan.Completes, lane.Instance.Name, lane.Memberships.Single().Name, lane.Effect).ShouldBe(("d1", "web01", "web01", LaneEffect.Leave));
        lane.Steps.ShouldBe([StepKind.Commit]);
    }

    [Theory]
    [InlineData(TrafficControl.Balancer, DeploymentState.Succeeded, false, ErrorId.NotSupported)]
    [InlineData(TrafficControl.Status, DeploymentState.Failed, false, ErrorId.DeploymentNotRunning)]
    [InlineData(TrafficControl.Status, DeploymentState.Succeeded, true, ErrorId.DeploymentNotRunning)]
    public void Only_a_promotion_by_status_that_succeeded_is_completed(TrafficControl control, DeploymentState state, bool undone, ErrorId error)
    {
        RunByHand run = Promoted(ByStatus with { TrafficControl = control });
        run.Journal(new LaneEnded(Given.Lane(2), LaneState.Succeeded, null, ""), new DeploymentEnded(state));
        if (undone) run.Journal(new LanesUndone("d2", [Given.Lane(2)], Whole: true));
        Fault(CompletePlanner.Plan(run.State)).Id.ShouldBe(error);
    }

    private static RunByHand Promoted(DeploymentOptions? options = null)
    {
        Lane lane = PromotePlanner.Enter(ByStatus, Given.Observed(true, Next), Given.Observed(true, Old));
        return new RunByHand(Plan(lane) with { Options = options ?? ByStatus }).Journal(
            new StepStarted(lane.Key, StepKind.Enter, 1), new StepSucceeded(lane.Key, StepKind.Enter, "", new Dictionary<string, TrafficState?> { ["lb1/web/web02"] = TrafficState.Enabled }),
            new StepStarted(lane.Key, StepKind.Drain, 1), new StepSucceeded(lane.Key, StepKind.Drain, "", Left(TrafficState.Draining)));
    }

    private static Lane Redeploy(int number, params StepKind[] steps) => PromotePlanner.Leave(Given.Options, Given.Observed(true, Given.Member(number))) with
    {
        Effect = LaneEffect.Redeploy, Steps = steps, Instance = Given.Observed(true, Given.Member(number)).Instance with { PreviousRelease = "1.0" },
    };

    private static Lane Share() => new()
    {
        Key = "traffic", Instance = new Instance { Name = "traffic", Address = "", Port = 0, Uri = BlueGreenPlanner.Nowhere }, StatusUri = BlueGreenPlanner.Nowhere,
        Memberships = [Given.Member(1) with { Weight = 10 }], Effect = LaneEffect.None, Steps = [StepKind.Shift],
        Shift = new TrafficShift { Percent = 25, Weights = new Dictionary<string, int> { ["lb1/web/web01"] = 5 }, Canaries = ["lb1/web/web01"] },
    };

    private static DeploymentPlan Plan(params Lane[] lanes) => new()
    {
        Strategy = "Test", Options = ByStatus, Pools = [], Waves = [new Wave { Number = 1, Window = lanes.Length, Lanes = lanes }],
    };

    private static Dictionary<string, TrafficState?> Left(TrafficState state) => new(StringComparer.Ordinal) { ["lb1/web/web01"] = state };

    private static Fault Fault(PlanningResult result)
    {
        result.Plan.ShouldBeNull();
        return result.Refusals.ShouldHaveSingleItem();
    }
}
