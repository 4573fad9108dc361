namespace AppStatus.Core.Deployments.Execution;

/// <summary>How a run that has come to rest is called.</summary>
internal static class Verdict
{
    public static DeploymentState Of(RunState state)
    {
        int mismatched = state.Fleet?.Mismatched.Count ?? 0;
        if (state.StopRequested) return DeploymentState.Stopped;
        if (state.Halt is not null) return DeploymentState.Halted;
        // Lanes that failed before a resume which leaves them alone are no failures of its budget, and still failed.
        if (state.Failures > 0 || state.Lanes.Any(lane => lane.State is LaneState.Failed or LaneState.Compensated) || mismatched > state.Plan.Options.MaxMismatched) return DeploymentState.Failed;
        // An undo of what touched nothing has no lanes.
        if (state.Lanes.Count > 0 && state.Lanes.All(lane => lane.State != LaneState.Succeeded)) return DeploymentState.Failed;
        bool incomplete = state.Lanes.Any(lane => lane.State == LaneState.Skipped || lane.LeftOut);
        return mismatched > 0 || incomplete ? DeploymentState.SucceededWithIssues : DeploymentState.Succeeded;
    }
}
