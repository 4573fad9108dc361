using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Plans a rolling deployment in place: one lane an instance.</summary>
internal static class RollingPlanner
{
    public const string Strategy = "Rolling";

    public static PlanningResult Plan(DeploymentOptions options, PlanningInput input)
    {
        StepKind[] steps = Steps(options).ToArray();
        Lane[] lanes = InOrder(options, input.Instances).Select(instance => ToLane(instance, options, steps) with { MayMismatch = MayMismatch(options) }).ToArray();
        return PlanDraft.Finish(
            Strategy, options, input, WaveSchedule.Of(options, lanes), [.. NoWayBack(options, lanes)],
            [.. PlanDraft.WarnOfUncheckedVersions(options), .. PlanDraft.WarnOfUnknownVersions(options, input), .. Warnings(options, input, lanes)], lanes);
    }

    /// <summary>Whether an instance on another version than the expected one is settled at the end: with no mismatch to be tolerated, the first one ends the run.</summary>
    public static bool MayMismatch(DeploymentOptions options) => options.ChecksVersion && options.MaxMismatched > 0;

    // Found out at the failure, it would be too late.
    public static IEnumerable<Fault> NoWayBack(DeploymentOptions options, Lane[] lanes)
    {
        if (options.OnFailure != FailureAction.Rollback) yield break;
        string[] unknown = [.. lanes.Where(lane => (lane.HealthyAtStart || options.IncludeUnhealthy) && lane.Instance.PreviousRelease.Length == 0).Select(lane => lane.Instance.Name)];
        if (unknown.Length == 0) yield break;
        yield return new Fault(
            ErrorId.EarlierReleaseUnknown,
            $"{string.Join(", ", unknown)} {(unknown.Length == 1 ? "does" : "do")} not tell what is running, so -OnFailure Rollback could not go back to it. Nothing was touched.",
            "Let the status endpoint tell the version, or leave -OnFailure at Halt and undo with -Release.");
    }

    private static IEnumerable<StepKind> Steps(DeploymentOptions options)
    {
        yield return StepKind.CheckHealth;
        if (options.HasBeforeDrainHook) yield return StepKind.BeforeDrain;
        yield return StepKind.Drain;
        yield return StepKind.AwaitIdle;
        yield return StepKind.Deploy;
        if (options.Settle > TimeSpan.Zero) yield return StepKind.Settle;
        yield return StepKind.Verify;
        yield return StepKind.Restore;
        yield return StepKind.AwaitServing;
        if (options.HasAfterRestoreHook) yield return StepKind.AfterRestore;
    }

    // Unhealthy instances cost no capacity, and a release that mends them should do so before it costs any.
    private static IEnumerable<ObservedInstance> InOrder(DeploymentOptions options, IReadOnlyList<ObservedInstance> instances) =>
        options.IncludeUnhealthy ? instances.OrderBy(instance => instance.Healthy ? 1 : 0) : instances;

    /// <summary>The lane of an instance that gets the release in place.</summary>
    public static Lane ToLane(ObservedInstance instance, DeploymentOptions options) => ToLane(instance, options, [.. Steps(options)]);

    private static Lane ToLane(ObservedInstance instance, DeploymentOptions options, StepKind[] steps) => new()
    {
        Key = instance.Key,
        Release = options.Release,
        Instance = instance.Instance,
        StatusUri = instance.StatusUri,
        Memberships = instance.Memberships,
        Steps = steps,
        HealthyAtStart = instance.Healthy,
    };

    private static IEnumerable<string> Warnings(DeploymentOptions options, PlanningInput input, Lane[] lanes)
    {
        if (!options.IncludeUnhealthy)
        {
            foreach (ObservedInstance instance in input.Instances.Where(instance => !instance.Healthy))
                yield return $"{instance.Instance.Name} fails its health check now and will be skipped unless it recovers: {instance.Detail} Use -IncludeUnhealthy to deploy to it, first.";
        }

        foreach (Lane lane in lanes.Where(lane => lane.Memberships.Any(member => member.State != Balancers.TrafficState.Enabled)))
            yield return $"{lane.Instance.Name} is not enabled in every pool now; it is deployed, and left as disabled as it was.";
    }
}
