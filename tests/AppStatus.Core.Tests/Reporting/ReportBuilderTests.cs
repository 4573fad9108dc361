using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Reporting;
using AppStatus.Core.Tests.Deployments;

namespace AppStatus.Core.Tests.Reporting;

/// <summary>From journal to figures: nothing here knows a form.</summary>
public sealed class ReportBuilderTests
{
    [Fact]
    public void A_row_an_instance_and_a_bar_a_step()
    {
        DeploymentReport report = Told.Rolling(2).Whole(1, capacity: 1).Whole(2, capacity: 1).Then(new DeploymentEnded(DeploymentState.Succeeded)).Report();

        report.Title.ShouldBe("Rolling deployment of 2.0 to web");
        report.Lanes.Select(lane => (lane.Name, lane.State, lane.From, lane.To, lane.Left)).ShouldBe(
            [("web01", LaneState.Succeeded, "1.0", "2.0", "web/web01 Enabled"), ("web02", LaneState.Succeeded, "1.0", "2.0", "web/web02 Enabled")]);
        report.Lanes[0].Bars.Select(bar => (bar.Step, (bar.To - bar.From).TotalSeconds, bar.Outcome)).ShouldBe(
        [
            (StepKind.CheckHealth, 1, BarOutcome.Succeeded), (StepKind.Drain, 1, BarOutcome.Succeeded), (StepKind.AwaitIdle, 1, BarOutcome.Succeeded), (StepKind.Deploy, 4, BarOutcome.Succeeded),
            (StepKind.Verify, 1, BarOutcome.Succeeded), (StepKind.Restore, 1, BarOutcome.Succeeded), (StepKind.AwaitServing, 1, BarOutcome.Succeeded),
        ]);
        report.Drivers.ShouldBe(["user on host (process 1)"]);
        ReportAdvice.Of(report.Result).ShouldBeEmpty();
    }

    [Fact]
    public void Capacity_falls_with_each_drain_and_comes_back_when_the_member_serves()
    {
        DeploymentReport report = Told.Rolling(3).Whole(1, capacity: 2).Broken(2, "no disk", capacity: 2).Then(new Halted(ErrorId.DeploymentHalted, "enough"), new DeploymentEnded(DeploymentState.Halted)).Report();

        CapacityCourse course = report.Capacity.ShouldHaveSingleItem();
        (course.Pool, course.Minimum, course.Enabled).ShouldBe(("web", 0, 3));
        course.Points.Select(point => ((point.At - Given.Start).TotalSeconds, point.Value)).ShouldBe([(0, 3d), (1, 2d), (10, 3d), (11, 2d)]);
    }

    [Fact]
    public void Capacity_is_set_right_by_what_a_drain_observed()
    {
        // One that nobody has touched went down in the meantime.
        DeploymentReport report = Told.Rolling(4).Whole(1, capacity: 3).Whole(2, capacity: 2).Report(DeploymentState.Running);
        report.Capacity[0].Points.Select(point => point.Value).ShouldBe([4d, 3d, 4d, 2d, 3d]);
    }

    [Fact]
    public void A_member_that_was_put_back_serves_again()
    {
        Told told = Told.Rolling(2).Step(1, StepKind.Drain, 1, TrafficState.Draining).Step(1, StepKind.PutBack, 1, TrafficState.Enabled);
        told.Report(DeploymentState.Running).Capacity[0].Points.Select(point => point.Value).ShouldBe([2d, 1d, 2d]);
    }

    [Fact]
    public void What_failed_says_why_and_where_it_was_left()
    {
        DeploymentReport report = Told.Rolling(3, Given.Options with { Reason = "CHG-1" }).Broken(1, "no disk").Then(new Halted(ErrorId.DeploymentHalted, "enough"), new DeploymentEnded(DeploymentState.Halted)).Report();

        report.Lanes[0].Error.ShouldBe("DeployFailed: no disk");
        report.Lanes[0].Left.ShouldBe("web/web01 Draining");
        report.Lanes[0].Bars[^1].Outcome.ShouldBe(BarOutcome.Failed);
        report.Lanes[1].State.ShouldBe(LaneState.NotStarted);
        report.Marks.Select(mark => (mark.Level, mark.Text)).ShouldBe([(MarkLevel.Failure, "Halted (DeploymentHalted): enough"), (MarkLevel.Failure, "Ended: Halted")]);
        ReportAdvice.Of(report.Result).Select(step => step.Command).ShouldBe(["Resume-Deployment d1", "Undo-Deployment d1", "Stop-Deployment d1"]);
    }

    [Fact]
    public void A_step_that_a_dead_driver_left_ends_where_that_was_last_heard_of()
    {
        Told told = Told.Rolling(2).Step(1, StepKind.CheckHealth).Then(new StepStarted(Given.Lane(1), StepKind.Drain, 1)).After(2).Then(new StepStarted(Given.Lane(2), StepKind.CheckHealth, 1));
        told.After(3600).Then(new DeploymentResumed("anna", "other", 7, RetryFailed: true, "user on host"));
        DeploymentReport report = told.Report(DeploymentState.Running);

        ReportBar drain = report.Lanes[0].Bars[1];
        (drain.Outcome, (drain.To - drain.From).TotalSeconds).ShouldBe((BarOutcome.Unknown, 2));
        report.Quiet.ShouldHaveSingleItem().ShouldBe(new QuietSpan(Given.Start.AddSeconds(3), Given.Start.AddSeconds(3603)));
        report.Drivers.ShouldBe(["user on host (process 1)", "anna on other (process 7)"]);
        report.Marks.ShouldHaveSingleItem().Text.ShouldBe("Resumed by anna on other, taken over from user on host");
    }

    [Fact]
    public void A_canarys_share_goes_up_and_ends_with_the_weights_as_they_were()
    {
        DeploymentReport report = Canary().Report(DeploymentState.Running);
        report.Share.Select(point => point.Value).ShouldBe([25d, 50d, null]);
        report.Lanes.Where(lane => !lane.IsInstance).Select(lane => (lane.Name, lane.To)).ShouldBe([("traffic 25 %", "25 % of the traffic"), ("traffic 50 %", "50 % of the traffic"), ("traffic as before", "weights as before")]);
        report.Lanes[0].To.ShouldBe("2.0 (canary)");
    }

    [Fact]
    public void A_canary_that_an_alert_ended_has_no_share_any_more()
    {
        Told told = new(CanaryPlan());
        told.Then(new StepStarted("traffic 25 %", StepKind.Shift, 1)).After(1).Then(new StepSucceeded("traffic 25 %", StepKind.Shift, "", null)).After(5)
            .Then(new AlertFired("cpu", "", "CPU was above 90 %."), new StepStarted("traffic 25 %", StepKind.Cut, 1)).After(1).Then(new StepSucceeded("traffic 25 %", StepKind.Cut, "", null));
        DeploymentReport report = told.Report(DeploymentState.Running);
        report.Share.Select(point => point.Value).ShouldBe([25d, 0d]);
        report.Marks.ShouldHaveSingleItem().ShouldBe(new ReportMark(Given.Start.AddSeconds(6), MarkLevel.Failure, "Alert cpu: CPU was above 90 %."));
    }

    [Theory]
    [InlineData(DeploymentState.Succeeded, "")]
    [InlineData(DeploymentState.Running, "Watch-Deployment d1")]
    [InlineData(DeploymentState.AwaitingApproval, "Approve-Deployment d1, Deny-Deployment d1")]
    [InlineData(DeploymentState.Holding, "Resume-Deployment d1, Undo-Deployment d1")]
    [InlineData(DeploymentState.Interrupted, "Resume-Deployment d1, Undo-Deployment d1, Stop-Deployment d1")]
    public void What_to_type_next_follows_from_how_it_stands(DeploymentState state, string commands) =>
        string.Join(", ", ReportAdvice.Of(Told.Rolling(1).Report(state).Result).Select(step => step.Command)).ShouldBe(commands);

    internal static Told Canary()
    {
        Told told = new(CanaryPlan());
        foreach (string shift in new[] { "traffic 25 %", "traffic 50 %", "traffic as before" })
            told.Then(new StepStarted(shift, StepKind.Shift, 1)).After(1).Then(new StepSucceeded(shift, StepKind.Shift, "", null), new LaneEnded(shift, LaneState.Succeeded, null, "")).After(10);
        return told;
    }

    internal static DeploymentPlan CanaryPlan()
    {
        PoolMember[] pool = [.. Given.Pool(4).Select(member => member with { Weight = 1 })];
        return CanaryPlanner.Plan(Given.Options with { TrafficPercent = [25, 50, 100] }, Given.Input(pool), new Dictionary<PoolKey, WeightLimits> { [Given.Web] = new(0, 256) }, weightsArePools: false).Plan.ShouldNotBeNull();
    }
}
