using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Plans the end of a promotion: what it has put into <c>stand-by</c> becomes <c>stage</c>, free for the next release. From then on there is no way back.</summary>
internal static class CompletePlanner
{
    public const string Strategy = "Complete";

    /// <param name="state">The deployment that is completed.</param>
    public static PlanningResult Plan(RunState state)
    {
        DeploymentPlan plan = state.Plan;
        if (plan.Options.TrafficControl != TrafficControl.Status || !plan.Options.Promote)
        {
            return Refuse(
                $"Deployment {state.Id} has put no instance into stand-by: only a promotion by status does. Nothing was touched.", "There is nothing to complete.", ErrorId.NotSupported);
        }

        if (!state.Ended || !state.IsSettled || state.UndoneBy.Length > 0 || state.State is not (DeploymentState.Succeeded or DeploymentState.SucceededWithIssues))
        {
            return Refuse(
                $"Deployment {state.Id} is {(state.UndoneBy.Length > 0 ? DeploymentState.RolledBack : state.State)}: only one that has succeeded can be completed. Nothing was touched.",
                $"Look at it with Get-Deployment {state.Id}.", ErrorId.DeploymentNotRunning);
        }

        Lane[] lanes = [.. state.Lanes.Where(lane => lane.State == LaneState.Succeeded).Select(lane => Replaced(lane.Plan, lane)).OfType<Lane>()];
        return new PlanningResult(
            new DeploymentPlan
            {
                Strategy = Strategy,
                Completes = state.Id,
                Options = plan.Options with { MaxFailures = int.MaxValue, OnFailure = FailureAction.Halt, ApproveAfter = [], NotAfter = null, Reason = $"Completes {state.Id}" },
                Pools = plan.Pools,
                Waves = lanes.Length == 0 ? [] : [new Wave { Number = 1, Window = lanes.Length, Lanes = lanes }],
            },
            []);
    }

    private static Lane? Replaced(Lane lane, LaneRun run)
    {
        ReplacedInstance? old = lane.Effect == LaneEffect.Leave ? new ReplacedInstance(lane.Instance, lane.StatusUri, lane.Memberships) : lane.Replaces;
        return old is null ? null : lane with
        {
            Release = "",
            Instance = old.Instance with { ExpectedVersion = "" },
            StatusUri = old.StatusUri,
            // Out is where they are, and where they stay: one that can't be freed is in nobody's way.
            Memberships = [.. old.Memberships.Select(member => member with { State = TrafficState.Draining, Serving = false })],
            Replaces = null,
            Effect = LaneEffect.Leave,
            StaysWarm = false,
            Left = run.LeftBehind(),
            Steps = [StepKind.Commit],
        };
    }

    private static PlanningResult Refuse(string message, string next, ErrorId id) => new(null, [new Fault(id, message, next)]);
}
