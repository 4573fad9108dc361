using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Whether a plan that somebody approved of still is what would be planned now.</summary>
internal static class PlanComparison
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.PlanOutdated"/>, naming what has changed.</exception>
    public static void Require(DeploymentPlan approved, DeploymentPlan now)
    {
        string[] changes = [.. Changes(approved, now)];
        if (changes.Length == 0) return;
        throw new AppStatusException(
            ErrorId.PlanOutdated, $"The world has changed since the plan was made: {string.Join("; ", changes.Take(10))}. Nothing was touched.",
            "Make a new plan with -PlanOnly and have it approved.", approved);
    }

    private static IEnumerable<string> Changes(DeploymentPlan approved, DeploymentPlan now)
    {
        Dictionary<string, Lane> before = approved.Lanes.ToDictionary(lane => lane.Key, StringComparer.Ordinal);
        Dictionary<string, Lane> after = now.Lanes.ToDictionary(lane => lane.Key, StringComparer.Ordinal);
        foreach (string gone in before.Keys.Except(after.Keys, StringComparer.Ordinal)) yield return $"{before[gone].Instance.Name} is not piped in any more";
        foreach (string added in after.Keys.Except(before.Keys, StringComparer.Ordinal)) yield return $"{after[added].Instance.Name} is new";
        foreach (string key in before.Keys.Intersect(after.Keys, StringComparer.Ordinal))
            foreach (string change in Changes(before[key], after[key])) yield return change;
        if (before.Count == after.Count && before.Keys.All(after.ContainsKey) && !Order(approved).SequenceEqual(Order(now), StringComparer.Ordinal))
            yield return "the instances come in another order";
        foreach (PlannedPool pool in approved.Pools)
        {
            PlannedPool? other = now.Pools.FirstOrDefault(candidate => candidate.Key == pool.Key);
            if (other is not null && (other.ServingAtStart, other.EnabledAtStart) != (pool.ServingAtStart, pool.EnabledAtStart))
                yield return $"pool {pool.Pool} has {other.ServingAtStart} serving of {other.EnabledAtStart} enabled members, and had {pool.ServingAtStart} of {pool.EnabledAtStart}";
        }
    }

    private static IEnumerable<string> Order(DeploymentPlan plan) => plan.Waves.SelectMany(wave => wave.Lanes.Select(lane => $"{wave.Number} {lane.Key}"));

    private static IEnumerable<string> Changes(Lane before, Lane after)
    {
        string name = after.Instance.Name;
        if (before.Instance.Version != after.Instance.Version) yield return $"{name} runs '{after.Instance.Version}', and ran '{before.Instance.Version}'";
        if (before.HealthyAtStart != after.HealthyAtStart) yield return $"{name} is {(after.HealthyAtStart ? "healthy" : "unhealthy")} now";
        var states = before.Memberships.ToDictionary(Execution.LaneRun.MemberKey, member => member.State, StringComparer.Ordinal);
        foreach (Balancers.PoolMember member in after.Memberships)
        {
            if (!states.TryGetValue(Execution.LaneRun.MemberKey(member), out Balancers.TrafficState state)) yield return $"{member} is new";
            else if (state != member.State) yield return $"{member} is {member.State}, and was {state}";
        }
    }
}
