using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>What every planner ends with: the limits of the pools, the refusals that they give, and the plan.</summary>
internal static class PlanDraft
{
    /// <param name="refusals">The planner's own.</param>
    /// <param name="batched">The lanes that the batch size is about; null: no other batch size would help.</param>
    public static PlanningResult Finish(
        string strategy, DeploymentOptions options, PlanningInput input, IReadOnlyList<Wave> waves, IReadOnlyList<Fault> refusals, IEnumerable<string> warnings,
        IReadOnlyList<Lane>? batched = null)
    {
        // After the last wave there is nothing to approve of.
        if (waves.Count > 0 && waves[waves.Count - 1].NeedsApproval) waves = [.. waves.Take(waves.Count - 1), waves[waves.Count - 1] with { NeedsApproval = false }];
        Quantity minimum = Quantity.Parse(options.MinimumHealthy);
        PlannedPool[] pools =
        [
            .. input.Pools.OrderBy(pool => pool.Key.Balancer, StringComparer.Ordinal).ThenBy(pool => pool.Key.Pool, StringComparer.Ordinal)
                .Select(pool => CapacityRule.Limit(pool.Key, pool.Value, minimum, waves)),
        ];
        int? largest = batched is null ? null : CapacityRule.LargestBatch(pools, batched);
        Fault[] all = [.. pools.Select(pool => CapacityRule.Refusal(pool, options, largest)).OfType<Fault>(), .. refusals];
        if (all.Length > 0) return new PlanningResult(null, all);

        var plan = new DeploymentPlan
        {
            ReadAt = input.ReadAt,
            Strategy = strategy,
            Options = options,
            Pools = pools,
            // Arrays: what a collection expression makes can't be indexed in PowerShell.
            Waves = waves.ToArray(),
            Warnings = warnings.Concat(OtherPools(options, input)).ToArray(),
        };
        return new PlanningResult(plan, []);
    }

    /// <summary>Versions can't be told right from wrong.</summary>
    public static IEnumerable<string> WarnOfUncheckedVersions(DeploymentOptions options)
    {
        if (!options.ChecksVersion)
            yield return "No -Release and no -ExpectedVersion was given: the version that the instances run afterwards is not checked.";
    }

    /// <summary>Where nobody tells a version now, nobody may tell one afterwards, and all of them would count as mismatched.</summary>
    public static IEnumerable<string> WarnOfUnknownVersions(DeploymentOptions options, PlanningInput input)
    {
        if (options.ChecksVersion && !options.HasVersionCheck && options.DeployImage.Length == 0 && input.Instances.All(instance => instance.Instance.Version.Length == 0))
            yield return $"No instance tells its version now. Those that don't tell '{options.ExpectedVersion}' afterwards count as mismatched: pass -VersionCheck, or -ExpectedVersion '' where versions are not to be checked.";
    }

    private static IEnumerable<string> OtherPools(DeploymentOptions options, PlanningInput input)
    {
        foreach (IGrouping<PoolKey, Balancers.PoolMember> pool in input.NotPiped.GroupBy(PoolKey.Of))
        {
            string names = string.Join(", ", pool.Select(member => member.Name));
            // One status stands for all memberships; what else may happen to them is still not this deployment's to watch.
            string drained = options.TrafficControl == TrafficControl.Status ? "" : $"{(pool.Count() == 1 ? "it is" : "they are")} not drained there, and ";
            yield return $"{pool.Key.Pool} also has {names}, which did not come through the pipeline: {drained}the capacity of {pool.Key.Pool} is not kept. Pipe those members in as well.";
        }

        foreach (string why in input.Unread) yield return why;
    }
}
