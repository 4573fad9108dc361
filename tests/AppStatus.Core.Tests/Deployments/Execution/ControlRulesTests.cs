using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Execution;

public sealed class ControlRulesTests
{
    private const string Nothing = "";

    [Theory]
    [InlineData("running", nameof(ControlAction.Stop), "StopRequested")]
    [InlineData("running", nameof(ControlAction.StopImmediately), "StopRequested")]
    [InlineData("running", nameof(ControlAction.Suspend), "Paused")]
    [InlineData("running", nameof(ControlAction.Continue), Nothing)]
    [InlineData("running", nameof(ControlAction.Approve), Nothing)]
    [InlineData("running", nameof(ControlAction.Deny), Nothing)]
    [InlineData("suspended", nameof(ControlAction.Continue), "Continued")]
    [InlineData("suspended", nameof(ControlAction.Suspend), Nothing)]
    [InlineData("suspended", nameof(ControlAction.Approve), Nothing)]
    [InlineData("suspended", nameof(ControlAction.Stop), "StopRequested")]
    [InlineData("gate", nameof(ControlAction.Approve), "Continued")]
    [InlineData("gate", nameof(ControlAction.Deny), "Denied,Halted")]
    [InlineData("gate", nameof(ControlAction.Continue), Nothing)]
    [InlineData("stopping", nameof(ControlAction.Stop), Nothing)]
    [InlineData("stopping", nameof(ControlAction.Suspend), Nothing)]
    [InlineData("stopping", nameof(ControlAction.StopImmediately), "StopRequested")]
    [InlineData("ended", nameof(ControlAction.Stop), Nothing)]
    [InlineData("running", nameof(ControlAction.None), Nothing)]
    public void A_signal_does_what_fits_and_nothing_else(string stands, string action, string events) =>
        string.Join(",", ControlRules.Of(new ControlSignal(Enum.GetValues<ControlAction>().Single(known => known.ToString() == action), "me"), At(stands).State).Select(item => item.GetType().Name)).ShouldBe(events);

    [Fact]
    public void A_stop_lets_lanes_finish_and_an_immediate_one_does_not()
    {
        ControlRules.Of(new ControlSignal(ControlAction.Stop, "me"), At("running").State).ShouldBe([new StopRequested("me", Immediate: false)]);
        ControlRules.Of(new ControlSignal(ControlAction.StopImmediately, "me"), At("running").State).ShouldBe([new StopRequested("me", Immediate: true)]);
    }

    [Fact]
    public void A_denial_says_who_and_why() =>
        ControlRules.Of(new ControlSignal(ControlAction.Deny, "ann") { Reason = "too slow" }, At("gate").State)[1].ShouldBe(new Halted(ErrorId.ApprovalDenied, "ann denied the approval: too slow."));

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"action\":\"Dance\",\"by\":\"me\"}")]
    public void What_is_not_understood_does_nothing(string json) => ControlSignal.Parse(json).Action.ShouldBe(ControlAction.None);

    [Fact]
    public void Patience_with_a_pause_counts_from_the_pause_and_lanes_are_not_late_for_it()
    {
        RunByHand run = Given.Run(Given.Options with { PauseTimeout = TimeSpan.FromHours(2), HealthyDeadline = TimeSpan.FromSeconds(5) }, 2);
        run.Journal(new Paused(PauseReason.Suspended, "", TimeSpan.FromHours(2)));
        run.Wait(7000).Step(run.Look()).Events.ShouldBeEmpty();
        run.Journal(new Continued("me")).Step(run.Look()).Events.ShouldHaveSingleItem().ShouldBeOfType<StepStarted>();
        run.Journal(new Paused(PauseReason.Suspended, "", TimeSpan.FromHours(2)));
        run.Until(1, StepKind.Drain);
        run.State[Given.Lane(1)].State.ShouldBe(LaneState.Running, "lanes in flight go on");
    }

    [Fact]
    public void Patience_that_ends_ends_the_run_paused_and_a_resume_is_the_approval()
    {
        RunByHand run = At("gate");
        run.Wait(3599).Step().Events.ShouldBeEmpty();
        run.Wait(1).Step().Events.ShouldHaveSingleItem().ShouldBe(new DeploymentEnded(DeploymentState.Paused));
        run.State.IsSettled.ShouldBeFalse();
        run.Wait(60).Journal(new DeploymentResumed("me", "host", 2, RetryFailed: true));
        run.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<StepStarted>().Step.ShouldBe(StepKind.CheckHealth);
    }

    [Fact]
    public void A_window_that_closes_when_the_last_one_is_under_way_pauses_nothing()
    {
        RunByHand run = Given.Run(Given.Options with { NotAfter = Given.Start + TimeSpan.FromSeconds(5) }, 1);
        run.Step();
        run.Wait(10).Succeed(1);
        run.Step().Events.OfType<Paused>().ShouldBeEmpty();
        run.Decide().Events.OfType<Paused>().ShouldBeEmpty();
    }

    [Fact]
    public void After_the_window_nothing_starts_and_the_run_ends_paused()
    {
        RunByHand run = Given.Run(Given.Options with { NotAfter = Given.Start + TimeSpan.FromSeconds(5) }, 2);
        run.Step();
        run.Wait(5);
        run.Finish(1);
        run.Step().Events.ShouldNotContain(item => item is StepStarted);
        run.Step();
        run.State.State.ShouldBe(DeploymentState.Paused);
    }

    [Fact]
    public void A_spent_budget_pauses_where_asked_and_goes_on_with_a_new_one_and_the_failed_first()
    {
        RunByHand run = Given.Run(Given.Options with { OnFailure = FailureAction.Pause }, 2);
        run.Step();
        run.Until(1, StepKind.Deploy).Fail(1).Step();
        run.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<Paused>().Reason.ShouldBe(PauseReason.Failure);
        run.Wait(10).Journal(new Continued("me")).Wait(1).Step(run.Look()).Events.OfType<StepStarted>().ShouldHaveSingleItem().ShouldBe(new StepStarted(Given.Lane(1), StepKind.Drain, 2, 1));
        run.State.Failures.ShouldBe(0);
    }

    private static RunByHand At(string stands)
    {
        if (stands == "gate")
        {
            RunByHand gate = Given.Run(Given.Options with { ApproveAfter = [1] }, 2);
            gate.Step();
            gate.Finish(1);
            gate.Step().Events.ShouldHaveSingleItem().ShouldBeOfType<Paused>();
            return gate;
        }

        RunByHand run = Given.Run(Given.Options, 2);
        run.Step();
        return stands switch
        {
            "suspended" => run.Journal(new Paused(PauseReason.Suspended, "", TimeSpan.FromHours(1))),
            "stopping" => run.Journal(new StopRequested("me", Immediate: false)),
            "ended" => run.Journal(new DeploymentEnded(DeploymentState.Stopped)),
            _ => run,
        };
    }
}
