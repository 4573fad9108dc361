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
        foreach (LaneRun lane in state.InFlight) Advance(lane, decision);
        TakeOut(decision);
        if (MayStartLanes(decision)) StartLanes(decision);
        if (decision.Events.Count == 0 && state.InFlight.Count == 0 && state.TakeOuts.Count == 0) Conclude(decision);
        return decision.Build();
    }

    // A lane that ends in this very decision may spend the budget: it is counted first, and new lanes wait for the next decision.
    private static bool MayStartLanes(DecisionBuilder decision)
    {
        RunState state = decision.State;
        return !state.StopRequested && state.Halt is null && !BudgetSpent(state) && !state.Baking && !state.Baked &&
            state.Wave < state.Plan.Waves.Count && !decision.Events.Any(item => item is LaneEnded);
    }

    private static bool BudgetSpent(RunState state) => state.Failures > state.Plan.Options.MaxFailures;

    private static void Advance(LaneRun lane, DecisionBuilder decision)
    {
        if (lane.Current is { Running: true }) return;

        LaneMove move = LaneMove.After(lane, decision.State);
        if (move.Step is null)
            decision.Events.Add(new LaneEnded(lane.Plan.Key, move.End, move.Error, move.Message));
        else if (move.Step == StepKind.Drain)
            Drain(lane, decision);
        else
            decision.Events.Add(new StepStarted(lane.Plan.Key, move.Step.Value, move.Attempt));
    }

    private static void Drain(LaneRun lane, DecisionBuilder decision)
    {
        if (decision.Admission.HasObservation && decision.Admission.TryTake(lane) is int capacity)
        {
            decision.Events.Add(new StepStarted(lane.Plan.Key, StepKind.Drain, Attempt: 1, capacity));
            return;
        }

        DateTimeOffset deadline = lane.Current!.Ended!.Value + decision.State.Plan.Options.HealthyDeadline;
        if (decision.Now < deadline)
        {
            decision.ObserveAgain(ObservationInterval, deadline);
            return;
        }

        string seen = decision.Observation?.Fault is Fault fault ? $" The last look at it failed: {fault.Message}" : "";
        string message = $"{lane.Plan.Instance.Name} was kept back for {decision.State.Plan.Options.HealthyDeadline.TotalSeconds:0} s because its pool had no member to spare above -MinimumHealthy.{seen} It was not touched.";
        if (decision.State.Halt is null) decision.Events.Add(new Halted(ErrorId.CapacityLost, message));
        decision.Events.Add(new LaneEnded(lane.Plan.Key, LaneState.Failed, ErrorId.CapacityLost, message));
    }

    private static void TakeOut(DecisionBuilder decision)
    {
        foreach (LaneRun lane in decision.State.TakeOuts)
        {
            if (lane.Current is { Running: true, Kind: StepKind.TakeOut }) continue;
            if (!decision.Admission.HasObservation && !decision.ObservationFailed)
                decision.ObserveAgain(TimeSpan.Zero, deadline: null);
            else if (decision.Admission.HasObservation && decision.Admission.TryTake(lane) is int capacity)
                decision.Events.Add(new StepStarted(lane.Plan.Key, StepKind.TakeOut, Attempt: 1, capacity));
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
        Wave wave = state.Plan.Waves[state.Wave];
        int room = wave.Window - state.InFlight.Count;
        for (int next = state.StartedInWave; next < wave.Lanes.Count && room > 0; next++, room--)
            decision.Events.Add(new StepStarted(wave.Lanes[next].Key, wave.Lanes[next].Steps[0], Attempt: 1));
    }

    // Nothing is in flight and nothing can start: a gate, the fleet check, or the end.
    private static void Conclude(DecisionBuilder decision)
    {
        RunState state = decision.State;
        if (state.Baking || state.CheckingFleet) return;

        bool wavesLeft = state.Wave < state.Plan.Waves.Count;
        bool waveDone = wavesLeft && state.StartedInWave == state.Plan.Waves[state.Wave].Lanes.Count;
        bool unstarted = wavesLeft && (!waveDone || state.Wave + 1 < state.Plan.Waves.Count);
        if (!state.StopRequested && state.Halt is null)
        {
            if (BudgetSpent(state) && unstarted)
            {
                decision.Events.Add(new Halted(ErrorId.DeploymentHalted, $"{state.Failures} failed, {state.Plan.Options.MaxFailures} tolerated: no further instance was started."));
                return;
            }

            if (waveDone)
            {
                decision.Events.Add(new BakeStarted(state.Plan.Waves[state.Wave].Number));
                return;
            }

            if (state.Fleet is null && state.Plan.Options.ChecksVersion && state.Plan.Waves.Count > 0)
            {
                decision.Events.Add(new FleetCheckStarted());
                return;
            }
        }

        decision.Events.Add(new DeploymentEnded(Verdict.Of(state)));
    }
}
