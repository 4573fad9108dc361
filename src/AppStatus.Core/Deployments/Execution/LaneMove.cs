using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What a lane whose current step has ended does next: another step, or its end.</summary>
internal readonly record struct LaneMove
{
    public StepKind? Step { get; private init; }

    public int Attempt { get; private init; }

    public LaneState End { get; private init; }

    public ErrorId? Error { get; private init; }

    public string Message { get; private init; }

    /// <summary>The rules of a lane: what follows each step's success and failure, and what a stop does to it.</summary>
    public static LaneMove After(LaneRun lane, RunState state)
    {
        StepRun? current = lane.Current;
        if (lane.Doomed is { } doomed && current is { Running: false }) return Finish(LaneState.Failed, doomed.Error, doomed.Why);
        if (current is null) return Run(FirstStep(lane), lane.NextAttempt(FirstStep(lane)));
        if (current.Succeeded) return AfterSuccess(lane, current, state);
        if (current.Error == ErrorId.Interrupted) return AfterInterruption(lane, current, state);

        string name = lane.Plan.Instance.Name;
        switch (current.Kind)
        {
            case StepKind.CheckHealth when current.Error == ErrorId.CheckFailed:
                return Finish(LaneState.Skipped, current.Error, current.Text);
            case StepKind.PutBack:
                string first = FirstFailure(lane) is { } failure && failure != current ? failure.Text : "The run was stopped.";
                return Finish(LaneState.Failed, current.Error, $"{first} {name} could not be put back: {current.Text}");
            case StepKind.Deploy when current.Error is not (ErrorId.Stopped or ErrorId.DeployNotStopped) && !state.StopRequested && Failures(lane, StepKind.Deploy) <= state.Plan.Options.DeployRetry:
                return Next(lane, StepKind.Deploy);
            default:
                if (current.Error == ErrorId.Stopped) return Stop(lane);
                return lane.MustBePutBack ? PutBack(lane) : Finish(LaneState.Failed, current.Error, current.Text);
        }
    }

    private static LaneMove AfterSuccess(LaneRun lane, StepRun current, RunState state)
    {
        if (current.Kind == StepKind.PutBack)
        {
            StepRun? failure = FirstFailure(lane);
            return failure is null || failure.Error == ErrorId.Stopped
                ? Finish(LaneState.Compensated, ErrorId.Stopped, $"{lane.Plan.Instance.Name} was stopped before anything was deployed and is back as it was.")
                : Finish(LaneState.Failed, failure.Error, $"{failure.Text} It was put back as it was; nothing was deployed.");
        }

        int next = IndexOf(lane.Plan.Steps, current.Kind) + 1;
        if (next == lane.Plan.Steps.Count) return Finish(LaneState.Succeeded, error: null, "");
        if (state.StopImmediately) return Stop(lane);
        return Next(lane, lane.Plan.Steps[next]);
    }

    // Before a driver died, the members were seen idle; what happened to them until now nobody saw: a deploy begins anew with
    // the drain then, so that it never runs on an instance that may get traffic.
    private static LaneMove Next(LaneRun lane, StepKind next)
    {
        StepKind step = next == StepKind.Deploy && lane.Unwatched && lane.Plan.Steps.Contains(StepKind.Drain) ? StepKind.Drain : next;
        return Run(step, lane.NextAttempt(step));
    }

    // What was under way when the driver died is done again: each step looks at what is there first. One that only closes the
    // deployment takes nothing out again; what was on its way back still goes back.
    private static LaneMove AfterInterruption(LaneRun lane, StepRun current, RunState state)
    {
        if (current.Kind is StepKind.Restore or StepKind.PutBack) return Run(current.Kind, lane.NextAttempt(current.Kind));
        return state.StopImmediately ? Stop(lane) : Next(lane, current.Kind);
    }

    /// <summary>A lane that was touched before does not ask whether its instance is healthy: it may be out, and broken by us.</summary>
    public static StepKind FirstStep(LaneRun lane) =>
        lane.Touched && lane.Plan.Steps[0] == StepKind.CheckHealth ? lane.Plan.Steps[1] : lane.Plan.Steps[0];

    private static int Failures(LaneRun lane, StepKind step) =>
        lane.Round.Count(run => run.Kind == step && run.Error is not null and not ErrorId.Interrupted);

    private static LaneMove Stop(LaneRun lane)
    {
        string name = lane.Plan.Instance.Name;
        if (lane.MustBePutBack) return PutBack(lane);
        if (!lane.DeployStarted) return Finish(LaneState.Compensated, ErrorId.Stopped, $"{name} was stopped before anything was changed.");
        bool back = lane.Round.Any(step => step.Kind == StepKind.Restore && step.Succeeded);
        return Finish(LaneState.Failed, ErrorId.Stopped, back
            ? $"The run was stopped: {name} is back in traffic, but was not seen to serve."
            : $"The run was stopped after the deploy to {name} had begun: it stays out of traffic.");
    }

    private static StepRun? FirstFailure(LaneRun lane) => lane.Round.FirstOrDefault(step => step.Error is not null and not ErrorId.Interrupted);

    private static int IndexOf(IReadOnlyList<StepKind> steps, StepKind kind)
    {
        for (int index = 0; index < steps.Count; index++)
            if (steps[index] == kind) return index;
        throw new InvalidOperationException($"The lane has no step {kind}.");
    }

    private static LaneMove PutBack(LaneRun lane) => Run(StepKind.PutBack, lane.NextAttempt(StepKind.PutBack));

    private static LaneMove Run(StepKind step, int attempt) => new() { Step = step, Attempt = attempt, Message = "" };

    private static LaneMove Finish(LaneState end, ErrorId? error, string message) => new() { End = end, Error = error, Message = message };
}
