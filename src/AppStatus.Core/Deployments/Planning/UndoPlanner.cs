using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>
/// Plans the way back from how a deployment stands: every instance to its earlier release, every member to its snapshot, under
/// the same limits. What is out of traffic already comes first, then what serves, in reverse.
/// </summary>
internal static class UndoPlanner
{
    public const string Strategy = "Undo";

    /// <param name="state">The deployment that is undone.</param>
    /// <param name="release">A known earlier release to go to in place of each instance's own; null: each one's own.</param>
    public static PlanningResult Plan(RunState state, string? release)
    {
        LaneRun[] touched = state.Lanes.Where(lane => lane.Touched && !lane.Undone && HasWayBack(lane)).ToArray();
        if (release is not null && touched.Any(lane => lane.Plan.Effect != LaneEffect.Redeploy))
        {
            return new PlanningResult(null, [new Fault(
                ErrorId.InvalidArgument, $"Deployment {state.Id} is a {state.Plan.Strategy} deployment: its way back is to where traffic went before, not to a release. Nothing was touched.",
                $"Type Undo-Deployment {state.Id} without -Release.")]);
        }

        LaneRun[] unknown = release is not null ? [] : touched.Where(lane => lane.DeployStarted && lane.Plan.Instance.PreviousRelease.Length == 0).ToArray();
        if (unknown.Length > 0)
        {
            return new PlanningResult(null, [new Fault(
                ErrorId.EarlierReleaseUnknown,
                $"What {string.Join(", ", unknown.Select(lane => lane.Plan.Instance.Name))} ran before is not known: it did not tell its version when the deployment was planned. Nothing was touched.",
                "Name the release to go back to: Undo-Deployment -Release TAG.")]);
        }

        if (state.Plan.Completes.Length > 0)
        {
            return new PlanningResult(null, [new Fault(
                ErrorId.NotSupported, $"Deployment {state.Id} has completed {state.Plan.Completes}: what it freed may have another release by now, so there is no way back. Nothing was touched.",
                "Bring the earlier release to the instances in stage, and promote those.")]);
        }

        // Several steps of a canary are one change of weights: the last one knows what all of them were before.
        LaneRun? shift = state.ActiveShift;
        bool reportsTag = release is null || state.Plan.Options.ExpectedVersion == state.Plan.Release;
        touched = [.. touched.Where(lane => lane.Plan.Shift is null)];
        Lane[] lanes =
        [
            .. touched.Where(lane => !lane.MayGetTraffic).Select(lane => ToLane(lane, release, reportsTag)),
            .. touched.Where(lane => lane.MayGetTraffic).Reverse().Select(lane => ToLane(lane, release, reportsTag)).Select(lane => shift is not null && lane.IsCanary ? lane with { MayBeBroken = true } : lane),
        ];
        DeploymentOptions options = state.Plan.Options with
        {
            Release = release ?? "",
            ExpectedVersion = "",
            MaxFailures = int.MaxValue,
            OnFailure = FailureAction.Halt,
            ApproveAfter = [],
            NotAfter = null,
            Bake = TimeSpan.Zero,
            FirstBake = TimeSpan.Zero,
            Reason = $"Undo of {state.Id}",
        };
        return new PlanningResult(
            new DeploymentPlan
            {
                Strategy = Strategy,
                Undoes = state.Id,
                Options = options,
                Pools = state.Plan.Pools,
                Waves = [.. Waves(shift, lanes, Window(state))],
            },
            []);
    }

    // What is bad loses its traffic before anything else is done.
    private static IEnumerable<Wave> Waves(LaneRun? shift, Lane[] lanes, int window)
    {
        if (shift is not null) yield return new Wave { Number = 1, Window = 1, Lanes = [shift.Plan with { Release = "", Left = shift.LeftBehind(), Steps = [StepKind.Cut] }] };
        if (lanes.Length > 0) yield return new Wave { Number = shift is null ? 1 : 2, Window = window, Lanes = lanes };
    }

    private static int Window(RunState state) => state.Plan.Waves.Count == 0 ? 1 : state.Plan.Waves.Max(wave => wave.Window);

    private static Lane ToLane(LaneRun lane, string? release, bool reportsTag) => lane.Plan.Effect switch
    {
        LaneEffect.Enter or LaneEffect.Leave => Exchange(lane),
        // Only looked at, and taken out by the fleet check.
        LaneEffect.None when lane.Plan.Switch is null => lane.Plan with
        {
            Release = "", Left = lane.LeftBehind(), Effect = LaneEffect.Redeploy, Instance = lane.Plan.Instance with { ExpectedVersion = "" }, Steps = [StepKind.Restore, StepKind.AwaitServing],
        },
        LaneEffect.None => lane.Plan with { Switch = lane.Plan.Switch!.Back, Release = "" },
        _ => Redeployed(lane, release, reportsTag),
    };

    // What was deployed to while it got no traffic gets none afterwards: there is nothing to take back.
    // A baseline that is done runs what it ran before; one that is not may be out of traffic.
    private static bool HasWayBack(LaneRun lane) =>
        (lane.Plan.Effect != LaneEffect.None && !(lane.Plan.IsBaseline && lane.State == LaneState.Succeeded && !lane.LeftOut)) || lane.Plan.Switch is not null || lane.LeftOut;

    // What went out comes in again, and what came in goes back to what it was.
    private static Lane Exchange(LaneRun lane)
    {
        Lane plan = lane.Plan;
        StepKind[] enter = [StepKind.Enter, StepKind.AwaitServing], leave = [StepKind.Drain, StepKind.AwaitIdle];
        Lane back = plan with { Release = "", Left = lane.LeftBehind(), Instance = plan.Instance with { ExpectedVersion = "" }, StaysWarm = false };
        if (plan.Effect == LaneEffect.Leave) return back with { Effect = LaneEffect.Enter, Steps = enter };
        if (plan.Replaces is not { } old) return back with { Effect = LaneEffect.Leave, Steps = leave };
        return back with
        {
            Instance = old.Instance,
            StatusUri = old.StatusUri,
            Memberships = old.Memberships,
            Replaces = new ReplacedInstance(back.Instance, plan.StatusUri, plan.Memberships),
            Steps = [.. enter, .. leave],
        };
    }

    /// <param name="reportsTag">Where a release's tag is not what instances report, a tag that is typed tells nothing of the version.</param>
    private static Lane Redeployed(LaneRun lane, string? release, bool reportsTag)
    {
        string back = release ?? lane.Plan.Instance.PreviousRelease;
        return lane.Plan with
        {
            Release = back,
            // Else what the deployment itself took out would pass for an operator's doing, and stay out.
            Left = lane.LeftBehind(),
            MayBeBroken = lane.DeployStarted && lane.LeftOut,
            MayMismatch = false,
            Instance = lane.Plan.Instance with { ExpectedVersion = lane.DeployStarted && reportsTag && lane.Plan.Instance.ExpectedVersion.Length > 0 ? back : "" },
            Steps = lane.DeployStarted ? Redeploy(lane.Plan) : [StepKind.Restore, StepKind.AwaitServing],
        };
    }

    private static StepKind[] Redeploy(Lane plan)
    {
        StepKind[] steps = [.. plan.Steps.Where(step => step is not StepKind.CheckHealth)];
        // Forward, another lane gives it its share; back, it takes its old place by itself.
        return plan.LeavesToShift ? [.. steps, StepKind.Restore, StepKind.AwaitServing] : steps;
    }
}
