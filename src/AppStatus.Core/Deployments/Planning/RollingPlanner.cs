using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Plans a rolling deployment in place: one lane an instance.</summary>
internal static class RollingPlanner
{
    public const string Strategy = "Rolling";

    public static PlanningResult Plan(DeploymentOptions options, PlanningInput input)
    {
        BatchSchedule batches = BatchSchedule.Parse(options.BatchSize);
        Quantity minimum = Quantity.Parse(options.MinimumHealthy);
        StepKind[] steps = Steps(options).ToArray();
        Lane[] lanes = InOrder(options, input.Instances).Select(instance => ToLane(instance, options.Release, steps)).ToArray();
        Wave[] waves = Waves(options, batches, lanes).ToArray();
        PlannedPool[] pools = input.Pools
            .OrderBy(pool => pool.Key.Balancer, StringComparer.Ordinal).ThenBy(pool => pool.Key.Pool, StringComparer.Ordinal)
            .Select(pool => CapacityRule.Limit(pool.Key, pool.Value, minimum, waves))
            .ToArray();

        int largest = CapacityRule.LargestBatch(pools, lanes);
        Fault[] refusals = [.. pools.Select(pool => CapacityRule.Refusal(pool, waves, options, largest)).OfType<Fault>(), .. NoWayBack(options, lanes)];
        if (refusals.Length > 0) return new PlanningResult(null, refusals);

        var plan = new DeploymentPlan
        {
            ReadAt = input.ReadAt,
            Strategy = Strategy,
            Options = options,
            Pools = pools,
            Waves = waves,
            Warnings = [.. Warnings(options, lanes), .. OtherPools(options, input)],
        };
        return new PlanningResult(plan, []);
    }

    // Found out at the failure, it would be too late.
    private static IEnumerable<Fault> NoWayBack(DeploymentOptions options, Lane[] lanes)
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

    private static Lane ToLane(ObservedInstance instance, string release, StepKind[] steps) => new()
    {
        Key = instance.Key,
        Release = release,
        Instance = instance.Instance,
        StatusUri = instance.StatusUri,
        Memberships = instance.Memberships,
        Steps = steps,
        HealthyAtStart = instance.Healthy,
    };

    // A single size without gates is one wave with a sliding window; a ramp, or any gate, needs barriers.
    private static IEnumerable<Wave> Waves(DeploymentOptions options, BatchSchedule batches, Lane[] lanes)
    {
        bool gated = options.Bake > TimeSpan.Zero || options.FirstBake > TimeSpan.Zero || options.ApproveAfter.Count > 0;
        if (!batches.IsRamp && !gated)
        {
            yield return new Wave { Number = 1, Window = batches.SizeAt(0, lanes.Length), Lanes = lanes };
            yield break;
        }

        int taken = 0, number = 0;
        foreach (int size in batches.Sizes(lanes.Length))
        {
            number++;
            yield return new Wave
            {
                Number = number,
                Window = size,
                Lanes = lanes.Skip(taken).Take(size).ToArray(),
                Bake = number == 1 ? options.FirstBake : options.Bake,
                NeedsApproval = options.ApproveAfter.Contains(number) && taken + size < lanes.Length,
            };
            taken += size;
        }
    }

    private static IEnumerable<string> Warnings(DeploymentOptions options, Lane[] lanes)
    {
        if (!options.ChecksVersion)
            yield return "No -Release and no -ExpectedVersion was given: the version that the instances run afterwards is not checked.";
        foreach (Lane lane in lanes.Where(lane => !lane.HealthyAtStart && !options.IncludeUnhealthy))
            yield return $"{lane.Instance.Name} fails its health check now and will be skipped unless it recovers. Use -IncludeUnhealthy to deploy to it, first.";
        foreach (Lane lane in lanes.Where(lane => lane.Memberships.Any(member => member.State != Balancers.TrafficState.Enabled)))
            yield return $"{lane.Instance.Name} is not enabled in every pool now; it is deployed, and left as disabled as it was.";
    }

    private static IEnumerable<string> OtherPools(DeploymentOptions options, PlanningInput input)
    {
        foreach (IGrouping<PoolKey, PoolMember> pool in input.NotPiped.GroupBy(PoolKey.Of))
        {
            string names = string.Join(", ", pool.Select(member => member.Name));
            // One status stands for all memberships; what else may happen to them is still not this deployment's to watch.
            string drained = options.TrafficControl == TrafficControl.Status ? "" : $"{(pool.Count() == 1 ? "it is" : "they are")} not drained there, and ";
            yield return $"{pool.Key.Pool} also has {names}, which did not come through the pipeline: {drained}the capacity of {pool.Key.Pool} is not kept. Pipe those members in as well.";
        }

        foreach (string why in input.Unread) yield return why;
    }
}
