using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Execution;

/// <summary>What alerts, judgements, stops, holds and resumes make of a canary's share: the fold, driven by hand.</summary>
public sealed class CanaryFoldTests
{
    private static readonly DeploymentOptions Options = Given.Options with { TrafficPercent = [25, 50, 100], Step = TimeSpan.FromSeconds(30), HasAnalysis = true, MaxFailures = 100 };

    [Fact]
    public void An_alert_takes_the_share_back_at_once_however_many_failures_are_tolerated()
    {
        RunByHand run = Shared().Journal(new BakeStarted(2), new AlertFired("cpu", "", "CPU was above 90 %."));
        run.State.ActiveShift.ShouldNotBeNull().State.ShouldBe(LaneState.Failed);
        run.Decide().Events.ShouldHaveSingleItem().ShouldBe(new StepStarted("traffic 25 %", StepKind.Cut, 1));
        run.Step();
        run.Journal(new StepSucceeded("traffic 25 %", StepKind.Cut, "", null), new BakeEnded(2, None));
        run.State.ActiveShift.ShouldBeNull();
        run.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<Halted>();
    }

    [Fact]
    public void An_alert_while_the_share_is_being_given_waits_for_the_step_alone()
    {
        RunByHand run = Canaried();
        run.Step();
        run.Journal(new StepSucceeded("traffic 25 %", StepKind.Shift, "", null));
        run.Step();
        run.Journal(new AlertFired("cpu", "", "CPU was above 90 %."));
        run.Decide().Events.ShouldBeEmpty("a step of it runs");
        run.Journal(new StepSucceeded("traffic 25 %", StepKind.AwaitServing, "", null));
        run.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<LaneEnded>().Error.ShouldBe(ErrorId.AlertFired);
        run.Step().Events.ShouldHaveSingleItem().ShouldBe(new StepStarted("traffic 25 %", StepKind.Cut, 1));
    }

    [Theory]
    [InlineData("it is slow", "", ErrorId.AnalysisFailed)]
    [InlineData("", "10.0.0.1:8080", ErrorId.HealthNotReached)]
    public void A_bad_judgement_or_lost_health_takes_the_share_back_and_it_is_judged_again_when_tried_again(string failure, string sick, ErrorId error)
    {
        RunByHand run = Shared().Journal(new BakeStarted(2));
        run.Journal(new BakeEnded(2, sick.Length == 0 ? None : new Dictionary<string, string> { [sick] = "503" }, failure));
        run.State["traffic 25 %"].Error.ShouldBe(error);
        Cut(run);
        run.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<Halted>();
        run.Step();
        run.State.State.ShouldBe(DeploymentState.Halted);

        Resume(run, retryFailed: true);
        run.Step().Events.ShouldHaveSingleItem().ShouldBe(new StepStarted("traffic 25 %", StepKind.Shift, 2));
        Give(run, "traffic 25 %");
        run.Step().Events.ShouldHaveSingleItem().ShouldBe(new BakeStarted(2), "the share is judged again before the next one");
    }

    [Fact]
    public void Whoever_leaves_failed_lanes_out_does_not_get_past_a_bad_share()
    {
        RunByHand run = Shared().Journal(new BakeStarted(2), new BakeEnded(2, None, "it is slow"));
        Cut(run);
        run.Step();
        run.Step();
        Resume(run, retryFailed: false);
        run.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<Halted>().Message.ShouldContain("traffic 25 % did not succeed");
    }

    [Fact]
    public void A_resume_that_leaves_failed_lanes_out_still_takes_back_what_a_dead_driver_did_not()
    {
        RunByHand run = Shared().Journal(new BakeStarted(2), new AlertFired("cpu", "", "why"));
        Resume(run, retryFailed: false);
        run.Step().Events.ShouldContain(new StepStarted("traffic 25 %", StepKind.Cut, 1));
    }

    [Fact]
    public void An_analysis_that_cannot_tell_pauses_and_is_asked_again()
    {
        RunByHand run = Shared().Journal(new BakeStarted(2), new BakeEnded(2, None, "", "too few samples"));
        run.State.Inconclusive.ShouldBe("too few samples");
        run.State.ActiveShift.ShouldNotBeNull().State.ShouldBe(LaneState.Succeeded, "the share stays while somebody is asked");
        run.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<Paused>().Reason.ShouldBe(PauseReason.Inconclusive);
        run.Journal(new Continued("me"));
        run.Step().Events.ShouldHaveSingleItem().ShouldBe(new BakeStarted(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nobody_watches_after_a_stop_or_a_denial_so_the_share_goes(bool stopped)
    {
        RunByHand run = Shared().Journal(new BakeStarted(2), new BakeEnded(2, None));
        run.Journal(stopped ? new StopRequested("me", Immediate: false) : new Halted(ErrorId.ApprovalDenied, "denied"));
        run.Step().Events.ShouldContain(new StepStarted("traffic 25 %", StepKind.Cut, 1));
    }

    [Fact]
    public void A_failed_canary_gets_no_share_however_many_failures_are_tolerated()
    {
        RunByHand run = new(Plan(Options));
        run.Step();
        run.Until(1, StepKind.Verify).Fail(1, ErrorId.HealthNotReached);
        run.Step();
        run.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<Halted>().Message.ShouldContain("web01 did not succeed");
    }

    [Fact]
    public void It_holds_where_it_was_asked_to_and_a_resume_goes_on_from_there()
    {
        RunByHand run = Shared(Options with { TrafficPercent = [25] }).Journal(new BakeStarted(2), new BakeEnded(2, None));
        run.Step().Events.ShouldHaveSingleItem().ShouldBe(new DeploymentEnded(DeploymentState.Holding));
        (run.State.IsSettled, run.State.ActiveShift is null).ShouldBe((false, false));
        Resume(run, retryFailed: true);
        run.Step().Events.ShouldHaveSingleItem().ShouldBe(new StepStarted("traffic as before", StepKind.Shift, 1));
    }

    [Fact]
    public void A_stable_member_that_is_out_is_no_reason_to_give_a_share_again()
    {
        RunByHand run = Rest();
        run.Until(2, StepKind.AwaitIdle);
        run.Journal(new StepSucceeded(Given.Lane(2), StepKind.AwaitIdle, "", null), new StepStarted(Given.Lane(2), StepKind.Deploy, 1));
        Resume(run, retryFailed: true);
        run.State.Retries.ShouldBeEmpty();
        run.State.Waves.Current!.Number.ShouldBe(5);
    }

    [Fact]
    public void A_canary_that_fails_after_its_shares_comes_back_by_itself()
    {
        RunByHand run = Rest();
        run.Journal(new AlertFired("cpu", Given.Lane(1), "why"));
        run.State[Given.Lane(1)].State.ShouldBe(LaneState.Failed);
        Resume(run, retryFailed: true);
        run.Journal(new StepStarted(Given.Lane(1), StepKind.Drain, 2));
        run.State[Given.Lane(1)].Plan.Steps.TakeLast(2).ShouldBe([StepKind.Restore, StepKind.AwaitServing]);
    }

    private static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();

    private static DeploymentPlan Plan(DeploymentOptions options)
    {
        PoolMember[] pool = [.. Enumerable.Range(1, 4).Select(number => Given.Member(number) with { Weight = 10 })];
        PlanningResult planned = CanaryPlanner.Plan(options, Given.Input(pool), new Dictionary<PoolKey, WeightLimits> { [Given.Web] = new(0, 256) }, weightsArePools: false);
        return planned.Plan.ShouldNotBeNull();
    }

    private static RunByHand Canaried(DeploymentOptions? options = null)
    {
        RunByHand run = new(Plan(options ?? Options));
        run.Step();
        return run.Until(1, StepKind.Verify).Succeed(1).Journal(new LaneEnded(Given.Lane(1), LaneState.Succeeded, null, ""));
    }

    private static RunByHand Shared(DeploymentOptions? options = null)
    {
        RunByHand run = Canaried(options);
        run.Step().Events.ShouldHaveSingleItem().ShouldBe(new StepStarted("traffic 25 %", StepKind.Shift, 1));
        Give(run, "traffic 25 %");
        return run;
    }

    private static RunByHand Rest()
    {
        RunByHand run = Shared().Journal(new BakeStarted(2), new BakeEnded(2, None));
        run.Step();
        Give(run, "traffic 50 %");
        run.Journal(new BakeStarted(3), new BakeEnded(3, None));
        run.Step();
        Give(run, "traffic as before");
        run.Wait(1).Step(run.Look());
        return run;
    }

    private static void Give(RunByHand run, string lane)
    {
        run.Journal(new StepSucceeded(lane, StepKind.Shift, "", new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = TrafficState.Enabled }));
        run.Step();
        run.Journal(new StepSucceeded(lane, StepKind.AwaitServing, "", null), new LaneEnded(lane, LaneState.Succeeded, null, ""));
    }

    private static void Cut(RunByHand run)
    {
        run.Step().Events.ShouldHaveSingleItem().ShouldBe(new StepStarted("traffic 25 %", StepKind.Cut, 1));
        run.Journal(new StepSucceeded("traffic 25 %", StepKind.Cut, "", new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = TrafficState.Draining }));
    }

    private static void Resume(RunByHand run, bool retryFailed) => run.Wait(1).Journal(new DeploymentResumed("me", "host", 2, retryFailed));
}
