using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Execution;

public sealed class SchedulerTests
{
    [Fact]
    public void As_many_lanes_start_as_the_window_is_wide_and_one_more_for_each_that_ends()
    {
        RunByHand run = Given.Run(Given.Options with { BatchSize = "2" }, 5);
        Started(run.Step()).ShouldBe([1, 2]);
        Started(run.Step()).ShouldBeEmpty();

        run.Finish(1);
        run.Step();
        run.State.InFlight.Select(lane => lane.Plan.Key).ShouldBe([Given.Lane(2), Given.Lane(3)]);
    }

    [Fact]
    public void The_same_question_has_the_same_answer()
    {
        RunByHand run = Given.Run(Given.Options with { BatchSize = "2" }, 5);
        run.Decide().Events.ShouldBe(run.Decide().Events);
        run.State.InFlight.ShouldBeEmpty("deciding changes nothing");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public void One_failure_more_than_tolerated_and_no_new_lane_starts(int tolerated, int failures)
    {
        RunByHand run = Given.Run(Given.Options with { MaxFailures = tolerated }, 5);
        run.Step();
        for (int lane = 1; lane <= failures; lane++)
        {
            run.State[Given.Lane(lane)].State.ShouldBe(LaneState.Running);
            run.Fail(lane, ErrorId.Unexpected);
            Started(run.Step()).ShouldBeEmpty("the lane that ends is counted before the next one starts");
            run.Step();
        }

        run.State.Halt!.Error.ShouldBe(ErrorId.DeploymentHalted);
        run.Step();
        run.State.State.ShouldBe(DeploymentState.Halted);
        run.State.Lanes.Count(lane => lane.State == LaneState.NotStarted).ShouldBe(5 - failures);
    }

    [Fact]
    public void Lanes_in_flight_go_on_when_the_budget_is_spent()
    {
        RunByHand run = Given.Run(Given.Options with { BatchSize = "2" }, 3);
        run.Step();
        run.Until(2, StepKind.Deploy).Fail(1);
        run.Step();

        run.Finish(2);
        run.State[Given.Lane(3)].State.ShouldBe(LaneState.NotStarted);
    }

    [Fact]
    public void A_drain_without_a_look_asks_for_one_and_waits()
    {
        RunByHand run = Given.Run(Given.Options, 2).Wait(1);
        run.Step();
        run.Succeed(1);

        Decision decision = run.Decide();
        decision.NeedsObservation.ShouldBeTrue();
        decision.Events.ShouldBeEmpty();
        run.Step(run.Look()).Events.ShouldHaveSingleItem().ShouldBe(new StepStarted(Given.Lane(1), StepKind.Drain, 1, Capacity: 1));
    }

    [Fact]
    public void A_lane_that_capacity_keeps_back_waits_and_then_the_run_halts()
    {
        RunByHand run = Given.Run(Given.Options with { MinimumHealthy = "1", HealthyDeadline = TimeSpan.FromSeconds(30), MaxFailures = 5 }, 2).Wait(1);
        run.Step();
        run.Succeed(1);

        Decision waiting = run.Step(run.Look(Given.Member(2, up: false)));
        waiting.Events.ShouldBeEmpty();
        waiting.NeedsObservation.ShouldBeFalse("the look is fresh");
        waiting.WakeAt.ShouldBe(run.Now + TimeSpan.FromSeconds(1));

        run.Wait(29.9).Step(run.Look(Given.Member(2, up: false))).Events.ShouldBeEmpty();
        run.Wait(0.1).Step(run.Look(Given.Member(2, up: false)));
        run.State.Halt!.Error.ShouldBe(ErrorId.CapacityLost);
        (run.State[Given.Lane(1)].State, run.State[Given.Lane(1)].Error).ShouldBe((LaneState.Failed, ErrorId.CapacityLost));
        run.Step();
        run.State.State.ShouldBe(DeploymentState.Halted);
        run.State[Given.Lane(2)].State.ShouldBe(LaneState.NotStarted);
    }

    [Fact]
    public void Capacity_that_returns_lets_the_lane_go_on()
    {
        RunByHand run = Given.Run(Given.Options with { MinimumHealthy = "1" }, 2).Wait(1);
        run.Step();
        run.Succeed(1).Step(run.Look(Given.Member(2, up: false)));
        run.Wait(20).Step(run.Look()).Events.ShouldHaveSingleItem().ShouldBeOfType<StepStarted>().Step.ShouldBe(StepKind.Drain);
    }

    [Fact]
    public void A_ramp_waits_for_the_whole_wave()
    {
        RunByHand run = Given.Run(Given.Options with { BatchSize = "1,2" }, 4);
        Started(run.Step()).ShouldBe([1]);
        run.Finish(1);
        Started(run.Step()).ShouldBe([2, 3]);
        run.Finish(2);
        Started(run.Step()).ShouldBeEmpty("lane 3 of the wave still runs");
        run.Finish(3);
        Started(run.Step()).ShouldBe([4]);
    }

    [Fact]
    public void A_bake_stands_between_waves_and_lost_health_is_a_failure()
    {
        RunByHand run = Baking(Given.Options with { MaxFailures = 0 });
        run.Decide().Events.ShouldBeEmpty("it bakes");

        run.Journal(new BakeEnded(1, new Dictionary<string, string> { [Given.Lane(1)] = "503" }));
        run.State[Given.Lane(1)].State.ShouldBe(LaneState.Failed);
        run.Wait(1).Step(run.Look()).Events.ShouldHaveSingleItem().ShouldBe(new StepStarted(Given.Lane(1), StepKind.TakeOut, 1, Capacity: 1));
        run.Succeed(1, new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = TrafficState.Draining });
        run.Step();
        run.State.Halt!.Error.ShouldBe(ErrorId.DeploymentHalted);
        run.Step();
        run.State.State.ShouldBe(DeploymentState.Halted);
    }

    [Fact]
    public void A_bake_that_holds_lets_the_next_wave_start()
    {
        RunByHand run = Baking(Given.Options);
        run.Journal(new BakeEnded(1, new Dictionary<string, string>()));
        Started(run.Step()).ShouldBe([2]);
    }

    [Fact]
    public void The_fleet_check_takes_out_what_runs_another_version()
    {
        RunByHand run = Checked(Given.Options with { MaxMismatched = 1 }, 3, 2);

        run.Wait(1).Step(run.Look()).Events.ShouldHaveSingleItem().ShouldBe(new StepStarted(Given.Lane(2), StepKind.TakeOut, 1, Capacity: 2));
        run.Succeed(2, new Dictionary<string, TrafficState?> { ["lb1/web/web02"] = TrafficState.Draining });
        run.Step();
        run.State.State.ShouldBe(DeploymentState.SucceededWithIssues);
        Results.Of(run.State, "").Mismatched.ShouldBe(["web02"]);
    }

    [Fact]
    public void A_take_out_never_crosses_the_minimum()
    {
        RunByHand run = Checked(Given.Options with { MinimumHealthy = "2", MaxMismatched = 3 }, 3, 1, 2);

        Decision decision = run.Wait(1).Step(run.Look());
        decision.Events.OfType<StepStarted>().ShouldHaveSingleItem().Lane.ShouldBe(Given.Lane(1));
        decision.Events.OfType<StepFailed>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            failed => failed.Lane.ShouldBe(Given.Lane(2)),
            failed => failed.Error.ShouldBe(ErrorId.MinimumHealthyUnreachable));
        Results.Left(run.State[Given.Lane(2)]).ShouldBe("web/web02 Enabled");
    }

    [Fact]
    public void More_mismatched_than_tolerated_are_named_and_none_is_taken_out()
    {
        RunByHand run = Checked(Given.Options with { MaxMismatched = 1 }, 3, 1, 2);
        run.Step(run.Look()).Events.ShouldHaveSingleItem().ShouldBe(new DeploymentEnded(DeploymentState.Failed));
        Results.Of(run.State, "").Mismatched.ShouldBe(["web01", "web02"]);
    }

    [Fact]
    public void A_fleet_check_that_was_cut_short_names_what_it_saw_and_takes_nobody_out()
    {
        RunByHand run = Given.Run(Given.Options with { MaxMismatched = 3 }, 2);
        run.Journal(new FleetChecked(new Dictionary<string, string> { [Given.Lane(1)] = "1.0" }, CutShort: true));
        Results.Of(run.State, "").Mismatched.ShouldBe(["web01"]);
        run.State.TakeOuts.ShouldBeEmpty();
    }

    [Fact]
    public void Another_version_is_named_from_when_it_was_seen_until_a_whole_check_finds_it_right()
    {
        RunByHand run = Given.Run(Given.Options, 1).Until(1, StepKind.Verify);
        run.Journal(new StepSucceeded(Given.Lane(1), StepKind.Verify, "", Members: null, Mismatch: "1.0"));
        Results.Of(run.State, "").Mismatched.ShouldBe(["web01"]);
        run.Journal(new FleetChecked(new Dictionary<string, string>(), CutShort: true));
        Results.Of(run.State, "").Mismatched.ShouldBe(["web01"]);
        run.Journal(new FleetChecked(new Dictionary<string, string>()));
        Results.Of(run.State, "").Mismatched.ShouldBeEmpty();
    }

    [Fact]
    public void A_stop_starts_nothing_new_and_ends_when_all_is_at_rest()
    {
        RunByHand run = Given.Run(Given.Options, 3);
        run.Step();
        run.Journal(new StopRequested("me", Immediate: true));
        run.Step().Events.ShouldBeEmpty();
        run.Fail(1, ErrorId.Stopped).Step();
        run.Step();
        run.State.State.ShouldBe(DeploymentState.Stopped);
        run.Decide().Events.ShouldBeEmpty("an ended run is at its end");
    }

    private static int[] Started(Decision decision) =>
        [.. decision.Events.OfType<StepStarted>().Where(step => step.Step == StepKind.CheckHealth).Select(step => int.Parse(step.Lane.Split('.', ':')[3], null))];

    private static RunByHand Baking(DeploymentOptions options)
    {
        RunByHand run = Given.Run(options with { FirstBake = TimeSpan.FromSeconds(10) }, 2);
        run.Step();
        run.Finish(1);
        run.Step().Events.ShouldHaveSingleItem().ShouldBe(new BakeStarted(1));
        return run;
    }

    private static RunByHand Checked(DeploymentOptions options, int size, params int[] mismatched)
    {
        RunByHand run = Given.Run(options, size);
        for (int lane = 1; lane <= size; lane++)
        {
            run.Wait(10).Step();
            run.Finish(lane);
        }

        run.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<FleetCheckStarted>();
        return run.Journal(new FleetChecked(mismatched.ToDictionary(Given.Lane, _ => "1.0")));
    }
}
