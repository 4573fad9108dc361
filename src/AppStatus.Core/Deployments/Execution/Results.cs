using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>The state of a run as the object that a person gets.</summary>
internal static class Results
{
    public static DeploymentResult Of(RunState state, string journal) => new()
    {
        Id = state.Id,
        Strategy = state.Plan.Strategy,
        Pool = string.Join(", ", state.Plan.Pools.Select(pool => pool.Pool)),
        Release = state.Plan.Release,
        State = state.State != DeploymentState.Succeeded ? state.State
            : state.Plan.Undoes.Length > 0 ? DeploymentState.RolledBack
            : state.Upkeep is { Fault.Length: > 0 } ? DeploymentState.SucceededWithIssues
            : DeploymentState.Succeeded,
        Lanes = state.Lanes.Select(lane => Lane(lane, state)).ToArray(),
        Skipped = state.Lanes.Where(lane => lane.State == LaneState.Skipped).Select(lane => lane.Plan.Instance.Name).ToArray(),
        Mismatched = state.Lanes.Where(lane => lane.Mismatch is not null).Select(lane => lane.Plan.Instance.Name).ToArray(),
        LowestCapacity = state.LowestCapacity,
        Started = state.Started,
        Duration = state.LastEventAt - state.Started,
        Reason = state.Plan.Options.Reason,
        Journal = journal,
        NeedsBlock = state.Plan.Options is { DeployScriptHash.Length: > 0, DeployScriptPath.Length: 0 },
        Error = string.Join(" ", new[] { state.Halt?.Message ?? state.Pause?.Message ?? "", state.CutShort, state.Upkeep?.Fault ?? "", Cold(state) }.Where(text => text.Length > 0)),
    };

    /// <summary>Where the lane's members are, for people: <c>web/web01 Draining</c>.</summary>
    public static string Left(LaneRun lane) =>
        string.Join(", ", lane.Plan.AllMemberships.Select(member => $"{member} {(lane.Left[LaneRun.MemberKey(member)] is { } state ? state.ToString() : "unknown")}"));

    // The way back is not as safe any more: that fails nothing, and must be known.
    private static string Cold(RunState state) =>
        string.Join(" ", state.Lanes.Where(lane => lane.Plan.StaysWarm && lane.State == LaneState.Succeeded && lane.Message.Length > 0).Select(lane => lane.Message));

    public static LaneResult Lane(LaneRun lane, RunState state)
    {
        DateTimeOffset? started = lane.Steps.Count == 0 ? null : lane.Steps[0].Started;
        return new LaneResult
        {
            Name = lane.Plan.Instance.Name,
            Address = lane.Plan.Instance.Address,
            Port = lane.Plan.Instance.Port,
            State = lane.State,
            Steps = lane.Steps.Select(step => Of(step, state)).ToArray(),
            Started = started,
            Duration = started is null ? TimeSpan.Zero : (lane.Ended ?? state.LastEventAt) - started.Value,
            ErrorId = lane.Error,
            Error = lane.Message,
            Left = Left(lane),
            PreviousRelease = lane.Plan.Instance.PreviousRelease,
        };
    }

    private static StepResult Of(StepRun step, RunState state) => new()
    {
        Step = step.Kind,
        Attempt = step.Attempt,
        Succeeded = step.Succeeded,
        Started = step.Started,
        Duration = (step.Ended ?? state.LastEventAt) - step.Started,
        Detail = step.Text,
    };
}
