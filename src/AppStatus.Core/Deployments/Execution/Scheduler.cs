using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>Pure: from the plan, how it stands, what the pools look like, and the time, to what happens next.</summary>
internal static class Scheduler
{
    /// <summary>How often a pool without room is looked at again.</summary>
    private static readonly TimeSpan ObservationInterval = TimeSpan.FromSeconds(1);

    public static Decision Decide(RunState state, PoolObservation? observation, DateTimeOffset now)
    {
        if (state.Ended) return new Decision([], NeedsObservation: false, WakeAt: null);

        var decision = new DecisionBuilder(state, observation, now);
        foreach (LaneRun lane in state.Ready) Advance(lane, decision);
        TakeOut(decision);
        if (MayStartLanes(state) && !decision.Events.Any(one => one is Halted)) StartLanes(decision);
        if (decision.Events.Count == 0 && state.InFlight.Count == 0 && state.TakeOuts.Count == 0) Conclude(decision);
        return decision.Build();
    }

    private static bool MayStartLanes(RunState state) =>
        !state.StopRequested && state.Halt is null && state.Pause is null && !BudgetSpent(state) && !state.Waves.Baking && !state.Waves.Baked && state.Inconclusive is null &&
        (state.Waves.Current is not null || state.Retries.Count > 0);

    private static bool LacksSomething(RunState state) => state.Retries.Count == 0 && state.Missing.Any();

    private static bool BudgetSpent(RunState state) => state.Failures > state.Plan.Options.MaxFailures;

    private static void Advance(LaneRun lane, DecisionBuilder decision)
    {
        LaneMove move = LaneMove.After(lane, decision.State);
        if (move.Step is null)
            End(lane, move, decision);
        else if (move.Step == StepKind.Drain)
            Drain(lane, decision);
        else
            decision.Events.Add(new StepStarted(lane.Plan.Key, move.Step.Value, move.Attempt));
    }

    private static void End(LaneRun lane, LaneMove move, DecisionBuilder decision)
    {
        decision.Events.Add(new LaneEnded(lane.Plan.Key, move.End, move.Error, move.Message));
        // Whatever number of failures is tolerated: what still runs there may do anything, to others as well.
        if (move.Error == ErrorId.DeployNotStopped) Halt(ErrorId.DeployNotStopped, move.Message, decision);
    }

    private static void Halt(ErrorId error, string message, DecisionBuilder decision)
    {
        if (decision.State.Halt is null && !decision.Events.Any(item => item is Halted)) decision.Events.Add(new Halted(error, message));
    }

    /// <summary>Takes the lane's members out if its pools can spare them now; false: it waits, or the run halts.</summary>
    private static bool Drain(LaneRun lane, DecisionBuilder decision)
    {
        RunState state = decision.State;
        bool begun = lane.State == LaneState.Running;
        // A member may have died since an earlier lane's look: each lane is admitted by a look that began after it did.
        DateTimeOffset began = begun ? lane.Round.FirstOrDefault()?.Started ?? state.ResumedAt : state.LastAdmission;
        bool ownLook = decision.Observation is { } look && look.ReadAt >= began && look.ReadAt >= state.ResumedAt;
        if (ownLook && decision.Admission.HasObservation && decision.Admission.TryTake(lane, lane.Plan.Leaving) is int capacity)
        {
            decision.Events.Add(new StepStarted(lane.Plan.Key, StepKind.Drain, lane.NextAttempt(StepKind.Drain), capacity));
            return true;
        }

        // A lane that has not begun waits since anything last happened at all.
        DateTimeOffset since = begun && lane.Current?.Ended is { } ended && ended > state.ResumedAt ? ended : begun ? state.ResumedAt : state.LastEventAt;
        DateTimeOffset deadline = since + state.Plan.Options.HealthyDeadline;
        if (decision.Now < deadline)
        {
            decision.ObserveAgain(ownLook ? ObservationInterval : TimeSpan.Zero, deadline);
            return false;
        }

        string seen = decision.Observation?.Fault is Fault fault ? $" The last look at it failed: {fault.Message}" : "";
        string message = $"{lane.Plan.Instance.Name} was kept back for {state.Plan.Options.HealthyDeadline.TotalSeconds:0} s because its pool had no member to spare above -MinimumHealthy.{seen}{(lane.Touched ? "" : " It was not touched.")}";
        Halt(ErrorId.CapacityLost, message, decision);
        if (!begun) return false;
        if (lane.MustBePutBack)
            decision.Events.Add(new StepStarted(lane.Plan.Key, StepKind.PutBack, lane.NextAttempt(StepKind.PutBack)));
        else
            decision.Events.Add(new LaneEnded(lane.Plan.Key, LaneState.Failed, ErrorId.CapacityLost, message));
        return false;
    }

    private static void TakeOut(DecisionBuilder decision)
    {
        foreach (LaneRun lane in decision.State.TakeOuts)
        {
            if (lane.Current is { Running: true, Kind: StepKind.TakeOut or StepKind.Cut }) continue;
            // What is bad and has a share of its own costs no capacity that was counted on.
            if (lane.Plan.Shift is not null)
            {
                decision.Events.Add(new StepStarted(lane.Plan.Key, StepKind.Cut, lane.NextAttempt(StepKind.Cut)));
                continue;
            }

            if (!decision.Admission.HasObservation && !decision.ObservationFailed)
                decision.ObserveAgain(TimeSpan.Zero, deadline: null);
            else if (decision.Admission.HasObservation && decision.Admission.TryTake(lane, lane.Plan.Memberships) is int capacity)
                decision.Events.Add(new StepStarted(lane.Plan.Key, StepKind.TakeOut, lane.NextAttempt(StepKind.TakeOut), capacity));
            else
                decision.Events.Add(new StepFailed(
                    lane.Plan.Key, StepKind.TakeOut, ErrorId.MinimumHealthyUnreachable,
                    decision.Observation?.Fault is Fault fault
                        ? $"{lane.Plan.Instance.Name} was left in traffic: whether a member can be spared could not be seen. {fault.Message}"
                        : $"{lane.Plan.Instance.Name} was left in traffic: its pool has no member to spare above -MinimumHealthy.",
                    Members: new Dictionary<string, Balancers.TrafficState?>(StringComparer.Ordinal)));
        }
    }

    private static void StartLanes(DecisionBuilder decision)
    {
        RunState state = decision.State;
        bool leftToStart = state.Retries.Count > 0 || !state.Waves.AllStarted || !state.Waves.IsLast;
        if (leftToStart && state.Plan.Options.NotAfter is { } closes && decision.Now >= closes && !ResumedAfter(closes, state))
        {
            decision.Events.Add(new Paused(PauseReason.WindowClosed, $"The window closed at {closes:u}: no further instance is started.", TimeSpan.Zero));
            return;
        }

        // A lane that ends in this very decision still holds its place: its failure is counted before the next one starts.
        int room = state.Waves.Window - state.InFlight.Count;
        foreach (LaneRun lane in state.Retries.Take(Math.Max(0, room)))
        {
            StepKind first = LaneMove.FirstStep(lane);
            room--;
            if (first != StepKind.Drain) decision.Events.Add(new StepStarted(lane.Plan.Key, first, lane.NextAttempt(first)));
            else if (!Drain(lane, decision)) return;
        }

        if (state.Waves.Current is not { } wave || state.Waves.CatchesUp || LacksSomething(state)) return;
        IReadOnlyList<Lane> lanes = wave.Lanes;
        for (int next = state.Waves.Started; next < lanes.Count && room > 0; next++, room--)
        {
            if (lanes[next].Steps[0] != StepKind.Drain) decision.Events.Add(new StepStarted(lanes[next].Key, lanes[next].Steps[0], Attempt: 1));
            else if (!Drain(state[lanes[next].Key], decision)) return;
        }
    }

    // Who resumes a run after its window has closed means it.
    private static bool ResumedAfter(DateTimeOffset closes, RunState state) => state.ResumedAt > state.Started && state.ResumedAt >= closes;

    // Nothing is in flight and nothing can start: a pause, a gate, the fleet check, or the end.
    private static void Conclude(DecisionBuilder decision)
    {
        RunState state = decision.State;
        if (state.Waves.Baking || state.CheckingFleet || decision.WaitsForCapacity) return;
        if (state.Pause is { } pause) Wait(pause, decision);
        else decision.Events.Add(state.StopRequested || state.Halt is not null ? new DeploymentEnded(Verdict.Of(state)) : Next(state));
    }

    private static void Wait(Paused pause, DecisionBuilder decision)
    {
        DateTimeOffset ends = decision.State.PausedAt + pause.Patience;
        if (decision.Now < ends) decision.Wake(ends);
        else if (decision.State.ActiveShift is { Doomed: null }) decision.Events.Add(new ShareWithdrawn("Nobody decided in time: the canaries' traffic was taken back."));
        else decision.Events.Add(new DeploymentEnded(DeploymentState.Paused));
    }

    private static JournalEvent Next(RunState state)
    {
        Wave? wave = state.Waves.Current;
        bool waveDone = wave is not null && state.Waves.AllStarted && state.Retries.Count == 0;
        bool unstarted = state.Retries.Count > 0 || (wave is not null && (!waveDone || !state.Waves.IsLast));
        if (LacksSomething(state)) return OnBudgetSpent(state);
        if (BudgetSpent(state) && (unstarted || state.Plan.Options.OnFailure == FailureAction.Pause)) return OnBudgetSpent(state);
        if (state.Inconclusive is { } why) return new Paused(PauseReason.Inconclusive, why, state.Plan.Options.PauseTimeout);
        // A watch that one alert too many has cut short is made anew by whoever resumes the run.
        bool givenUp = BudgetSpent(state) && state.CutShort.Length > 0;
        if (state.Retries.Count == 0 && !givenUp && state.Waves.BakeDue is { } due) return new BakeStarted(due.Number);
        if (waveDone && wave!.Holds) return new DeploymentEnded(DeploymentState.Holding);
        if (waveDone && wave!.NeedsApproval && !state.Waves.Approved)
            return new Paused(PauseReason.Approval, $"Wave {wave.Number} is done and waits for an approval.", state.Plan.Options.PauseTimeout);
        return state.Fleet is null && state.Plan.ChecksFleet
            ? new FleetCheckStarted()
            : new DeploymentEnded(Verdict.Of(state));
    }

    private static JournalEvent OnBudgetSpent(RunState state)
    {
        string message = LacksSomething(state)
            ? $"{string.Join(", ", state.Missing.Select(lane => lane.Plan.Instance.Name).Distinct())} did not succeed, and what comes next needs it, whatever number of failures is tolerated: no traffic was moved."
            : $"{state.Failures} failed, {state.Plan.Options.MaxFailures} tolerated: no further instance was started.";
        return state.Plan.Options.OnFailure == FailureAction.Pause
            ? new Paused(PauseReason.Failure, message, state.Plan.Options.PauseTimeout)
            : new Halted(ErrorId.DeploymentHalted, message);
    }
}
