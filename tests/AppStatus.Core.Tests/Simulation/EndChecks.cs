using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>What must hold when a run has ended, told against the world's truth.</summary>
internal sealed class EndChecks(Scenario scenario, RunState state, RunWatch watch)
{
    private readonly List<string> _violations = watch.Violations;

    public void Check()
    {
        if (scenario.World.CallsUnderWay != 0) _violations.Add($"{scenario.World.CallsUnderWay} calls are under way after the end");
        if (!state.Ended) _violations.Add("the run returned without an end");
        foreach (LaneRun lane in state.Lanes) CheckLane(lane);
        CheckVerdict();
        CheckUntouched();
        if (scenario.Calm && state.State != DeploymentState.Succeeded) _violations.Add($"nothing went wrong, and it is {state.State}");
    }

    private void CheckLane(LaneRun lane)
    {
        SimulatedHost host = scenario.World.Host(lane.Plan.Key);
        bool started = lane.Steps.Any(step => step.Kind != StepKind.TakeOut);
        if (lane.State == LaneState.Running || (lane.State == LaneState.NotStarted) == started) Violate(lane, $"is {lane.State} at the end, and started: {started}");
        if (lane.Steps.Any(step => step.Running)) Violate(lane, "has a step that runs at the end");
        if (lane.State is LaneState.Failed or LaneState.Skipped or LaneState.Compensated && lane.Message.Length == 0) Violate(lane, $"is {lane.State} and does not say why");

        bool takenOut = lane.Steps.Any(step => step.Kind == StepKind.TakeOut);
        foreach (SimulatedEntry entry in host.Entries.Where(entry => !entry.TouchedByHand && !entry.Removed)) CheckEntry(lane, entry, takenOut);
        if (lane.State == LaneState.Succeeded) CheckSucceeded(lane, host);
        bool written = host.Entries.Any(entry => watch.Writes.TryGetValue(entry, out List<StepKind>? steps) && steps.Any(step => step != StepKind.TakeOut));
        if (lane.State is LaneState.NotStarted or LaneState.Skipped && written) Violate(lane, $"is {lane.State}, and its members were written to");
        if (lane.State is not LaneState.Succeeded and not LaneState.Failed && lane.DeployStarted) Violate(lane, $"is {lane.State}, and was deployed to");
    }

    private void CheckEntry(LaneRun lane, SimulatedEntry entry, bool takenOut)
    {
        PoolMember planned = lane.Plan.Memberships.Single(member => PoolKey.Of(member) == entry.Pool && member.Name == entry.Name);
        TrafficState? said = lane.Left[LaneRun.MemberKey(planned)];
        if (said is null && !entry.Host.Entries.Any(other => other.WriteFailed || other.Removed)) Violate(lane, $"does not know {planned}, though no write failed");
        if (said is not null && said != entry.State) Violate(lane, $"says {planned} {said}, and it is {entry.State}");
        if (entry.State == planned.State || takenOut) return;

        if (lane.State is not LaneState.Failed) Violate(lane, $"is {lane.State}, and {planned} was left {entry.State}");
        else if (!lane.DeployStarted && !entry.Host.Entries.Any(other => other.WriteFailed || other.Removed) && !lane.Steps.Any(step => step is { Kind: StepKind.PutBack, Succeeded: false }))
            Violate(lane, $"failed before its deploy, and {planned} was left {entry.State}");
    }

    private void CheckSucceeded(LaneRun lane, SimulatedHost host)
    {
        if (host.Deployed == 0) Violate(lane, "succeeded without a deploy");
        // Where the end of the run settles it, a run that was cut short before has not.
        bool settled = !lane.Plan.MayMismatch || state.Fleet is not null;
        if (settled && lane.Mismatch is null && state.Plan.Options.ChecksVersion && host.Version != state.Plan.Options.ExpectedVersion) Violate(lane, $"succeeded, and runs {host.Version}");
        foreach (StepKind kind in lane.Plan.Steps)
            if (!lane.Steps.Any(step => step.Kind == kind && step.Succeeded)) Violate(lane, $"succeeded without {kind}");
    }

    private void CheckVerdict()
    {
        bool all = state.Lanes.All(lane => lane.State == LaneState.Succeeded);
        bool clean = state.Lanes.All(lane => lane.Mismatch is null);
        int mismatched = state.Lanes.Count(lane => lane.Mismatch is not null);
        bool good = state.State is DeploymentState.Succeeded or DeploymentState.SucceededWithIssues;
        if (state.State == DeploymentState.Succeeded && !(all && clean)) _violations.Add("Succeeded, and not every lane did, or not every version is right");
        if (good && state.Lanes.Any(lane => lane.State is not LaneState.Succeeded and not LaneState.Skipped)) _violations.Add($"{state.State} with a lane that failed or was not started");
        if (good && mismatched > state.Plan.Options.MaxMismatched) _violations.Add($"{state.State} with {mismatched} mismatched");
        if (mismatched > state.Plan.Options.MaxMismatched && state.Lanes.Any(lane => lane.Mismatch is not null && lane.State != LaneState.Failed && lane.Steps.Any(step => step.Kind == StepKind.TakeOut)))
            _violations.Add("more mismatched than tolerated, and one was taken out");
        if (!good && all && clean && !state.StopRequested) _violations.Add($"{state.State}, and every lane succeeded");
        if (state.State == DeploymentState.Failed && state.Lanes.Any(lane => lane.State == LaneState.NotStarted)) _violations.Add("Failed, where lanes were left unstarted");
    }

    // Members that were not piped in, or that were not enabled before, are as they were.
    private void CheckUntouched()
    {
        foreach (PoolMember before in state.Plan.Pools.SelectMany(pool => pool.Members))
        {
            SimulatedEntry entry = scenario.World.Pools[PoolKey.Of(before)].Single(candidate => candidate.Name == before.Name);
            bool ours = state.Lanes.Any(lane => lane.Plan.Key == entry.Host.Key) && before.State == TrafficState.Enabled;
            if (!ours && !entry.TouchedByHand && entry.State != before.State) _violations.Add($"{before} was {before.State} and not ours, and is {entry.State}");
        }
    }

    private void Violate(LaneRun lane, string what) => _violations.Add($"{lane.Plan.Instance.Name} {what}");
}
