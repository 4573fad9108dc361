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
        LaneRun[] touched = state.Lanes.Where(lane => lane.Touched && !lane.Undone).ToArray();
        LaneRun[] unknown = release is not null ? [] : touched.Where(lane => lane.DeployStarted && lane.Plan.Instance.PreviousRelease.Length == 0).ToArray();
        if (unknown.Length > 0)
        {
            return new PlanningResult(null, [new Fault(
                ErrorId.EarlierReleaseUnknown,
                $"What {string.Join(", ", unknown.Select(lane => lane.Plan.Instance.Name))} ran before is not known: it did not tell its version when the deployment was planned. Nothing was touched.",
                "Name the release to go back to: Undo-Deployment -Release TAG.")]);
        }

        bool reportsTag = release is null || state.Plan.Options.ExpectedVersion == state.Plan.Release;
        Lane[] lanes =
        [
            .. touched.Where(lane => !lane.MayGetTraffic).Select(lane => ToLane(lane, release, reportsTag)),
            .. touched.Where(lane => lane.MayGetTraffic).Reverse().Select(lane => ToLane(lane, release, reportsTag)),
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
                Waves = lanes.Length == 0 ? [] : [new Wave { Number = 1, Window = Window(state), Lanes = lanes }],
            },
            []);
    }

    private static int Window(RunState state) => state.Plan.Waves.Count == 0 ? 1 : state.Plan.Waves.Max(wave => wave.Window);

    /// <param name="reportsTag">Where a release's tag is not what instances report, a tag that is typed tells nothing of the version.</param>
    private static Lane ToLane(LaneRun lane, string? release, bool reportsTag)
    {
        string back = release ?? lane.Plan.Instance.PreviousRelease;
        return lane.Plan with
        {
            Release = back,
            // Else what the deployment itself took out would pass for an operator's doing, and stay out.
            Left = lane.LeftBehind(),
            MayBeBroken = lane.DeployStarted && lane.LeftOut,
            Instance = lane.Plan.Instance with { ExpectedVersion = lane.DeployStarted && reportsTag && lane.Plan.Instance.ExpectedVersion.Length > 0 ? back : "" },
            Steps = lane.DeployStarted ? Redeploy(lane.Plan) : [StepKind.Restore, StepKind.AwaitServing],
        };
    }

    private static StepKind[] Redeploy(Lane plan) =>
        [.. plan.Steps.Where(step => step is not StepKind.CheckHealth)];
}
