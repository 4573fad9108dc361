using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Execution;

public sealed class LaneMoveTests
{
    private static readonly DeploymentOptions Options = Given.Options with { Settle = TimeSpan.FromSeconds(1), HasBeforeDrainHook = true, HasAfterRestoreHook = true };

    [Fact]
    public void Steps_follow_each_other_and_the_last_ends_the_lane()
    {
        RunByHand run = Given.Run(Options, 1).Wait(1);
        run.Step(run.Look());
        run.Finish(1);

        run.State[Given.Lane(1)].Steps.Select(step => step.Kind).ShouldBe(run.State[Given.Lane(1)].Plan.Steps);
    }

    [Theory]
    [InlineData(StepKind.CheckHealth, ErrorId.CheckFailed, null, LaneState.Skipped)]
    [InlineData(StepKind.CheckHealth, ErrorId.Unexpected, null, LaneState.Failed)]
    [InlineData(StepKind.BeforeDrain, ErrorId.HookFailed, null, LaneState.Failed)]
    [InlineData(StepKind.Drain, ErrorId.HttpError, StepKind.PutBack, LaneState.Failed)]
    [InlineData(StepKind.AwaitIdle, ErrorId.DrainTimedOut, StepKind.PutBack, LaneState.Failed)]
    [InlineData(StepKind.Deploy, ErrorId.DeployFailed, null, LaneState.Failed)]
    [InlineData(StepKind.Deploy, ErrorId.DeployNotStopped, null, LaneState.Failed)]
    [InlineData(StepKind.Settle, ErrorId.Unexpected, null, LaneState.Failed)]
    [InlineData(StepKind.Verify, ErrorId.HealthNotReached, null, LaneState.Failed)]
    [InlineData(StepKind.Verify, ErrorId.VersionMismatch, null, LaneState.Failed)]
    [InlineData(StepKind.Restore, ErrorId.HttpError, null, LaneState.Failed)]
    [InlineData(StepKind.AwaitServing, ErrorId.NotServing, null, LaneState.Failed)]
    [InlineData(StepKind.AfterRestore, ErrorId.HookFailed, null, LaneState.Failed)]
    public void A_failure_ends_the_lane_and_what_was_only_drained_goes_back_first(StepKind step, ErrorId error, StepKind? then, LaneState end)
    {
        RunByHand run = At(step).Fail(1, error);
        Check(run, then, end);
        run.State[Given.Lane(1)].Error.ShouldBe(error);
        run.State[Given.Lane(1)].Message.ShouldContain("it failed");
    }

    [Theory]
    [InlineData(StepKind.CheckHealth, null, LaneState.Compensated)]
    [InlineData(StepKind.BeforeDrain, null, LaneState.Compensated)]
    [InlineData(StepKind.Drain, StepKind.PutBack, LaneState.Compensated)]
    [InlineData(StepKind.AwaitIdle, StepKind.PutBack, LaneState.Compensated)]
    [InlineData(StepKind.Deploy, null, LaneState.Failed)]
    [InlineData(StepKind.Verify, null, LaneState.Failed)]
    [InlineData(StepKind.Restore, null, LaneState.Failed)]
    [InlineData(StepKind.AwaitServing, null, LaneState.Failed)]
    public void A_stop_puts_back_what_was_only_drained_and_leaves_out_what_was_deployed(StepKind step, StepKind? then, LaneState end)
    {
        Check(At(step).Journal(new StopRequested("me", Immediate: true)).Succeed(1), then, end);
        Check(At(step).Journal(new StopRequested("me", Immediate: true)).Fail(1, ErrorId.Stopped), then, end);
    }

    [Fact]
    public void A_stop_after_the_last_step_changes_nothing()
    {
        Check(At(StepKind.AfterRestore).Journal(new StopRequested("me", Immediate: true)).Succeed(1), null, LaneState.Succeeded);
    }

    [Theory]
    [InlineData(StepKind.Deploy, "stays out of traffic")]
    [InlineData(StepKind.AwaitServing, "is back in traffic")]
    public void A_stopped_lane_says_where_it_was_left(StepKind step, string said)
    {
        RunByHand run = At(step).Journal(new StopRequested("me", Immediate: true)).Fail(1, ErrorId.Stopped);
        run.Step();
        run.State[Given.Lane(1)].Message.ShouldContain(said);
    }

    [Fact]
    public void A_put_back_that_fails_tells_both_failures()
    {
        RunByHand run = At(StepKind.AwaitIdle).Fail(1, ErrorId.DrainTimedOut);
        run.Step();
        run.Journal(new StepFailed(Given.Lane(1), StepKind.PutBack, ErrorId.HttpError, "500.", new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = null }));
        run.Step();

        LaneRun lane = run.State[Given.Lane(1)];
        (lane.State, lane.Error, lane.Message).ShouldBe((LaneState.Failed, ErrorId.HttpError, "it failed web01 could not be put back: 500."));
        Results.Left(lane).ShouldBe("web/web01 unknown");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    public void A_failed_deploy_is_run_again_as_often_as_asked(int retries, int runs)
    {
        var run = new RunByHand(Given.Plan(Options with { DeployRetry = retries }, Given.Pool(1)));
        run.Wait(1).Step(run.Look());
        run.Until(1, StepKind.Deploy);
        while (run.State[Given.Lane(1)].State == LaneState.Running)
        {
            run.Fail(1);
            run.Step();
        }

        run.State[Given.Lane(1)].Steps.Where(step => step.Kind == StepKind.Deploy).Select(step => step.Attempt).ShouldBe(Enumerable.Range(1, runs));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_deploy_that_may_still_be_running_is_not_run_again_and_halts_the_run(bool stopped)
    {
        var run = new RunByHand(Given.Plan(Options with { DeployRetry = 2, MaxFailures = 9 }, Given.Pool(2)));
        run.Wait(1).Step(run.Look());
        run.Until(1, StepKind.Deploy);
        if (stopped) run.Journal(new StopRequested("me", Immediate: true));
        Check(run.Fail(1, ErrorId.DeployNotStopped), null, LaneState.Failed);

        run.State[Given.Lane(1)].Error.ShouldBe(ErrorId.DeployNotStopped);
        run.State.Halt.ShouldNotBeNull().Error.ShouldBe(ErrorId.DeployNotStopped);
        run.Wait(1).Step(run.Look());
        run.State[Given.Lane(2)].State.ShouldBe(LaneState.NotStarted);
        run.State.State.ShouldBe(stopped ? DeploymentState.Stopped : DeploymentState.Halted);
    }

    [Fact]
    public void A_deploy_is_not_run_again_after_a_stop()
    {
        var run = new RunByHand(Given.Plan(Options with { DeployRetry = 2 }, Given.Pool(1)));
        run.Wait(1).Step(run.Look());
        Check(run.Until(1, StepKind.Deploy).Journal(new StopRequested("me", Immediate: true)).Fail(1), null, LaneState.Failed);
    }

    private static RunByHand At(StepKind step)
    {
        RunByHand run = Given.Run(Options, 1).Wait(1);
        run.Step(run.Look());
        return run.Until(1, step);
    }

    private static void Check(RunByHand run, StepKind? then, LaneState end)
    {
        run.Step(run.Look());
        if (then is not null)
        {
            run.State[Given.Lane(1)].Current!.Kind.ShouldBe(then.Value);
            run.Succeed(1).Step(run.Look());
        }

        run.State[Given.Lane(1)].State.ShouldBe(end);
    }
}
