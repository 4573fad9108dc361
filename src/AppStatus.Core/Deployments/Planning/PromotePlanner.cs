using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Plans a promotion in pairs: each instance that comes takes the place of one that serves, and capacity never falls below what it was.</summary>
internal static class PromotePlanner
{
    public const string Strategy = "Promote";

    public static PlanningResult Plan(DeploymentOptions options, PlanningInput input)
    {
        Sides sides = Sides.Of(options, input);
        if (sides.Next.Count == 0) return new PlanningResult(null, [.. sides.Refusals(options, input)]);
        int pairs = Math.Min(sides.Next.Count, sides.Live.Count);
        // Those without a partner add capacity first, and those whose place nobody takes go last.
        Lane[] lanes =
        [
            .. sides.Next.Skip(pairs).Select(next => Enter(options, next, replaced: null)),
            .. sides.Next.Take(pairs).Zip(sides.Live, (next, live) => Enter(options, next, live)),
            .. sides.Live.Skip(pairs).Select(live => Leave(options, live)),
        ];
        return PlanDraft.Finish(
            Strategy, options, input, WaveSchedule.Of(options, lanes), [.. sides.Refusals(options, input)],
            [.. PlanDraft.WarnOfUncheckedVersions(options), .. sides.Warnings(options, whole: false)]);
    }

    /// <summary>The lane of an instance that comes in, in place of another or of none.</summary>
    public static Lane Enter(DeploymentOptions options, ObservedInstance next, ObservedInstance? replaced) => new()
    {
        Key = next.Key,
        Release = options.Release,
        Instance = next.Instance,
        StatusUri = next.StatusUri,
        Memberships = next.Memberships,
        Effect = LaneEffect.Enter,
        Replaces = replaced is null ? null : new ReplacedInstance(replaced.Instance with { ExpectedVersion = "" }, replaced.StatusUri, replaced.Memberships),
        HealthyAtStart = next.Healthy,
        Steps =
        [
            StepKind.CheckHealth, StepKind.Verify, StepKind.Enter, StepKind.AwaitServing, StepKind.Confirm,
            .. When(options.HasAfterRestoreHook, StepKind.AfterRestore),
            .. replaced is null ? [] : Out(options),
        ],
    };

    /// <summary>The lane of an instance that goes, and in whose place none comes.</summary>
    public static Lane Leave(DeploymentOptions options, ObservedInstance live) => new()
    {
        Key = live.Key,
        Release = live.Instance.Version,
        Instance = live.Instance with { ExpectedVersion = "" },
        StatusUri = live.StatusUri,
        Memberships = live.Memberships,
        Effect = LaneEffect.Leave,
        HealthyAtStart = live.Healthy,
        Steps = [.. Out(options)],
    };

    private static StepKind[] Out(DeploymentOptions options) => [.. When(options.HasBeforeDrainHook, StepKind.BeforeDrain), StepKind.Drain, StepKind.AwaitIdle];

    private static StepKind[] When(bool given, StepKind step) => given ? [step] : [];
}
