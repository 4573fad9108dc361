using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Simulation;

namespace AppStatus.Core.Tests.Deployments;

/// <summary>Bugs that deployment tools have shipped, each played as its users met it.</summary>
public sealed class ShippedBugsTests
{
    private static readonly DeploymentOptions Options = Given.Options with { HealthyDeadline = TimeSpan.FromSeconds(60) };

    [Fact]
    public void A_failure_that_did_not_stop_the_rollout()
    {
        SimulatedRun run = Rehearsal.Play(4, Options, (host, _) => host == 1 ? DeployFault.FailsBroken : DeployFault.None);
        States(run).ShouldBe("Failed NotStarted NotStarted NotStarted");
        run.State.State.ShouldBe(DeploymentState.Halted);
    }

    [Fact]
    public void Retries_that_turned_into_a_skip()
    {
        SimulatedRun run = Rehearsal.Play(2, Options with { DeployRetry = 2 }, (_, _) => DeployFault.FailsUntouched);
        States(run).ShouldBe("Failed NotStarted");
        run.State.Lanes[0].Steps.Count(step => step.Kind == StepKind.Deploy).ShouldBe(3);
        State(run, 1).ShouldBe(TrafficState.Draining, "what was deployed to is not put back");
    }

    [Fact]
    public void The_window_that_was_ignored_when_the_plan_was_evaluated_again()
    {
        SimulatedRun run = Rehearsal.Play(6, Options with { BatchSize = "2", DeployRetry = 1, MaxFailures = 6 }, (_, attempt) => attempt == 1 ? DeployFault.FailsUntouched : DeployFault.None);
        States(run).Split(' ').ShouldAllBe(state => state == "Succeeded");
        MostInFlight(run).ShouldBe(2);
    }

    [Fact]
    public void An_ignore_that_skipped_putting_the_host_back()
    {
        SimulatedRun run = Rehearsal.Play(
            1, Options with { OnDrainTimeout = DrainTimeoutAction.Continue, DrainTimeout = TimeSpan.FromSeconds(5) }, drainSeconds: 60);
        States(run).ShouldBe("Succeeded");
        State(run, 1).ShouldBe(TrafficState.Enabled);
    }

    [Fact]
    public void A_drain_that_timed_out_and_left_the_host_out_of_rotation()
    {
        SimulatedRun run = Rehearsal.Play(1, Options with { DrainTimeout = TimeSpan.FromSeconds(5), MaxMismatched = 0 }, drainSeconds: 60);
        (States(run), run.State.Lanes[0].Error).ShouldBe(("Failed", ErrorId.DrainTimedOut));
        State(run, 1).ShouldBe(TrafficState.Enabled);
    }

    [Fact]
    public void Hosts_that_the_last_run_left_in_drain_and_the_next_one_skipped()
    {
        SimulatedRun run = Rehearsal.Play(2, Options, prepare: world => world.SetState(world.Hosts[1].Entries[0], TrafficState.Draining));
        States(run).ShouldBe("Succeeded Succeeded");
        run.Scenario.World.Hosts[1].Version.ShouldBe("2.0");
        run.State.Plan.Warnings.ShouldContain(warning => warning.StartsWith("web02 is not enabled", StringComparison.Ordinal));
        State(run, 2).ShouldBe(TrafficState.Draining);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_failing_last_host_that_still_counted_as_success(int tolerated)
    {
        SimulatedRun run = Rehearsal.Play(3, Options with { MaxFailures = tolerated }, (host, _) => host == 3 ? DeployFault.NeverHealthy : DeployFault.None);
        States(run).ShouldBe("Succeeded Succeeded Failed");
        run.State.State.ShouldBe(DeploymentState.Failed);
    }

    [Fact]
    public void All_at_once_that_succeeded_because_one_host_worked()
    {
        SimulatedRun run = Rehearsal.Play(4, Options with { BatchSize = "100%", MaxFailures = 100 }, (host, _) => host == 2 ? DeployFault.None : DeployFault.FailsBroken);
        States(run).ShouldBe("Failed Succeeded Failed Failed");
        run.State.State.ShouldBe(DeploymentState.Failed);
    }

    [Fact]
    public void A_retry_that_did_not_repeat_the_verification()
    {
        SimulatedRun run = Rehearsal.Play(1, Options with { DeployRetry = 1, MaxMismatched = 0 }, (_, attempt) => attempt == 1 ? DeployFault.FailsUntouched : DeployFault.WrongVersion);
        (States(run), run.State.Lanes[0].Error).ShouldBe(("Failed", ErrorId.VersionMismatch));
        State(run, 1).ShouldBe(TrafficState.Draining);
    }

    [Fact]
    public void A_budget_counted_by_batch_that_lost_the_whole_pool()
    {
        SimulatedRun run = Rehearsal.Play(8, Options with { BatchSize = "2", Bake = TimeSpan.FromSeconds(1), MaxFailures = 2 }, (host, _) => host % 2 == 0 ? DeployFault.FailsBroken : DeployFault.None);
        run.State.Lanes.Count(lane => lane.State == LaneState.Failed).ShouldBe(3);
        run.State.Lanes.Count(lane => lane.State == LaneState.NotStarted).ShouldBe(2);
    }

    [Fact]
    public void A_skipped_host_that_was_taken_out_all_the_same()
    {
        SimulatedRun run = Rehearsal.Play(2, Options with { MaxMismatched = 0 }, prepare: world => world.Hosts[0].Healthy = false);
        States(run).ShouldBe("Skipped Succeeded");
        State(run, 1).ShouldBe(TrafficState.Enabled);
    }

    [Fact]
    public void A_skipped_host_that_was_taken_out_at_the_end_and_said_to_be_untouched()
    {
        SimulatedRun run = Rehearsal.Play(3, Options, prepare: world => world.Hosts[0].Healthy = false);
        States(run).ShouldBe("Skipped Succeeded Succeeded");
        State(run, 1).ShouldBe(TrafficState.Draining);
        run.State.Lanes[0].Message.ShouldContain("It was skipped: nothing was deployed to it.");
    }

    private static string States(SimulatedRun run) => string.Join(" ", run.State.Lanes.Select(lane => lane.State));

    private static TrafficState State(SimulatedRun run, int host) => run.Scenario.World.Hosts[host - 1].Entries[0].State;

    private static int MostInFlight(SimulatedRun run)
    {
        int most = 0;
        var inFlight = new HashSet<string>(StringComparer.Ordinal);
        foreach (JournalEvent item in run.Journal.Records.Select(record => record.Event))
        {
            if (item is StepStarted started) inFlight.Add(started.Lane);
            if (item is LaneEnded ended) inFlight.Remove(ended.Lane);
            most = Math.Max(most, inFlight.Count);
        }

        return most;
    }
}
