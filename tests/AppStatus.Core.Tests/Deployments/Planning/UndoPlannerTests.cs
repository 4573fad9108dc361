using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Planning;

public sealed class UndoPlannerTests
{
    private static readonly DeploymentOptions Options = Given.Options with { BatchSize = "2", MaxFailures = 5, ApproveAfter = [], HasBeforeDrainHook = true, Settle = TimeSpan.FromSeconds(1) };

    [Fact]
    public void What_is_out_comes_first_then_what_serves_in_reverse_and_the_untouched_not_at_all()
    {
        RunByHand run = Run(5);
        Serve(run, 1);
        Serve(run, 2);
        Drained(run, 3);
        Deployed(run, 3);
        run.Fail(3).Journal(new LaneEnded(Given.Lane(3), LaneState.Failed, ErrorId.DeployFailed, "why"));

        DeploymentPlan undo = Plan(run);
        undo.Lanes.Select(lane => lane.Instance.Name).ShouldBe(["web03", "web02", "web01"]);
        undo.Undoes.ShouldBe("d1");
        undo.Waves.ShouldHaveSingleItem().Window.ShouldBe(2);
    }

    [Fact]
    public void It_keeps_the_minimum_and_the_hooks_and_goes_to_each_ones_earlier_release()
    {
        RunByHand run = Run(2, Options with { BatchSize = "1", MinimumHealthy = "50%" });
        Serve(run, 1);
        DeploymentPlan undo = Plan(run);
        undo.Pools.ShouldHaveSingleItem().MinimumHealthy.ShouldBe(1);
        Lane lane = undo.Lanes.ShouldHaveSingleItem();
        (lane.Release, lane.Instance.ExpectedVersion).ShouldBe(("1.0", "1.0"));
        lane.Steps.ShouldBe([StepKind.BeforeDrain, StepKind.Drain, StepKind.AwaitIdle, StepKind.Deploy, StepKind.Settle, StepKind.Verify, StepKind.Restore, StepKind.AwaitServing]);
    }

    [Fact]
    public void What_was_only_drained_is_put_back_without_a_deploy()
    {
        RunByHand run = Run(1);
        Drained(run, 1);
        Lane lane = Plan(run).Lanes.ShouldHaveSingleItem();
        lane.Steps.ShouldBe([StepKind.Restore, StepKind.AwaitServing]);
        lane.Left.ShouldBe(new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = TrafficState.Draining });
    }

    [Theory]
    [InlineData(StepKind.Drain)]
    [InlineData(StepKind.TakeOut)]
    [InlineData(StepKind.AwaitIdle)]
    public void What_a_dead_driver_may_have_written_is_not_known(StepKind step)
    {
        RunByHand run = Run(1).Journal(new StepStarted(Given.Lane(1), StepKind.Drain, 1));
        if (step != StepKind.Drain) run.Succeed(1, Left(1, TrafficState.Draining)).Journal(new StepStarted(Given.Lane(1), step, 1));
        Plan(run).Lanes.ShouldHaveSingleItem().Left.ShouldBe(new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = null });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_may_be_broken_stays_out_whatever_fails_in_the_undo_and_what_served_goes_back(bool broken)
    {
        RunByHand run = Run(1);
        if (broken) Drained(run, 1);
        if (broken) Deployed(run, 1);
        else Serve(run, 1);
        var undo = new RunByHand(Plan(run));
        undo.Journal(new StepStarted(Given.Lane(1), StepKind.Drain, 1)).Fail(1, ErrorId.HttpError);
        undo.Step().Events.ShouldHaveSingleItem().ShouldBeOfType(broken ? typeof(LaneEnded) : typeof(StepStarted));
        if (broken) undo.State[Given.Lane(1)].State.ShouldBe(LaneState.Failed);
        else undo.State[Given.Lane(1)].Current!.Kind.ShouldBe(StepKind.PutBack);
    }

    [Theory]
    [InlineData("2.0", "1.5")]
    [InlineData("two", "")]
    public void A_release_that_is_typed_is_expected_only_where_instances_report_releases(string expected, string then)
    {
        RunByHand run = Run(1, Options with { ExpectedVersion = expected });
        Serve(run, 1);
        Lane lane = UndoPlanner.Plan(run.State, "1.5").Plan.ShouldNotBeNull().Lanes.ShouldHaveSingleItem();
        (lane.Release, lane.Instance.ExpectedVersion).ShouldBe(("1.5", then));
    }

    [Fact]
    public void The_undo_knows_what_was_left_where()
    {
        RunByHand run = Run(1);
        Drained(run, 1);
        new RunState(Plan(run))[Given.Lane(1)].Left["lb1/web/web01"].ShouldBe(TrafficState.Draining);
    }

    [Fact]
    public void A_member_that_only_the_fleet_check_took_out_is_put_back()
    {
        RunByHand run = Run(1).Journal(new StepStarted(Given.Lane(1), StepKind.TakeOut, 1)).Succeed(1, Left(1, TrafficState.Draining));
        Plan(run).Lanes.ShouldHaveSingleItem().Steps.ShouldBe([StepKind.Restore, StepKind.AwaitServing]);
    }

    [Fact]
    public void What_a_hand_took_out_is_what_it_goes_back_to()
    {
        RunByHand run = Run(1).Journal(new StepStarted(Given.Lane(1), StepKind.Restore, 1));
        run.Journal(new StepFailed(Given.Lane(1), StepKind.Restore, ErrorId.ChangedByOperator, "theirs", Left(1, TrafficState.Offline), new Dictionary<string, TrafficState> { ["lb1/web/web01"] = TrafficState.Offline }));
        Plan(run).Lanes.ShouldHaveSingleItem().Memberships.ShouldHaveSingleItem().State.ShouldBe(TrafficState.Offline);
    }

    [Fact]
    public void Lanes_that_are_undone_are_not_undone_again()
    {
        RunByHand run = Run(2);
        Serve(run, 1);
        Serve(run, 2);
        run.Journal(new LanesUndone("d2", [Given.Lane(1)], Whole: false));
        Plan(run).Lanes.ShouldHaveSingleItem().Instance.Name.ShouldBe("web02");
    }

    [Fact]
    public void An_earlier_release_that_nobody_knows_must_be_named()
    {
        DeploymentPlan plan = Given.Plan(Options, Given.Pool(1));
        var run = new RunByHand(plan with { Waves = [plan.Waves[0] with { Lanes = [plan.Waves[0].Lanes[0] with { Instance = plan.Waves[0].Lanes[0].Instance with { PreviousRelease = "" } }] }] });
        Drained(run, 1);
        UndoPlanner.Plan(run.State, null).Plan.ShouldNotBeNull("nothing was deployed");
        Deployed(run, 1);
        PlanningResult refused = UndoPlanner.Plan(run.State, null);
        refused.Plan.ShouldBeNull();
        refused.Refusals.ShouldHaveSingleItem().Id.ShouldBe(ErrorId.EarlierReleaseUnknown);
        UndoPlanner.Plan(run.State, "0.9").Plan.ShouldNotBeNull().Lanes.ShouldHaveSingleItem().Release.ShouldBe("0.9");
    }

    [Fact]
    public void Nothing_touched_is_nothing_to_do() => Plan(Run(3)).Waves.ShouldBeEmpty();

    private static RunByHand Run(int size, DeploymentOptions? options = null)
    {
        DeploymentPlan plan = Given.Plan(options ?? Options, Given.Pool(size));
        return new RunByHand(plan with { Waves = [.. plan.Waves.Select(wave => wave with { Lanes = [.. wave.Lanes.Select(Known)] })] });
    }

    private static Lane Known(Lane lane) => lane with { Instance = lane.Instance with { PreviousRelease = "1.0", ExpectedVersion = "2.0" } };

    private static DeploymentPlan Plan(RunByHand run) => UndoPlanner.Plan(run.State, null).Plan.ShouldNotBeNull();

    private static Dictionary<string, TrafficState?> Left(int lane, TrafficState state) => new() { [$"lb1/web/web0{lane}"] = state };

    private static void Drained(RunByHand run, int lane) => run.Journal(new StepStarted(Given.Lane(lane), StepKind.Drain, 1)).Succeed(lane, Left(lane, TrafficState.Draining));

    private static void Deployed(RunByHand run, int lane) => run.Journal(new StepStarted(Given.Lane(lane), StepKind.Deploy, 1));

    private static void Serve(RunByHand run, int lane)
    {
        Drained(run, lane);
        Deployed(run, lane);
        run.Succeed(lane).Journal(new StepStarted(Given.Lane(lane), StepKind.Restore, 1)).Succeed(lane, Left(lane, TrafficState.Enabled));
        run.Journal(new LaneEnded(Given.Lane(lane), LaneState.Succeeded, null, ""));
    }
}
