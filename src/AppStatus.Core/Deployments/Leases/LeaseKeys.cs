using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>What a deployment must hold: each pool; or, where the instances' own status is set, each instance.</summary>
internal static class LeaseKeys
{
    public static IReadOnlyList<string> Of(DeploymentPlan plan) => plan.Options.TrafficControl == TrafficControl.Status
        ? [.. plan.Lanes.Select(lane => $"status {lane.StatusUri.Authority}").Distinct(StringComparer.Ordinal).OrderBy(key => key, StringComparer.Ordinal)]
        : [.. plan.Pools.Select(pool => $"{pool.Balancer} {pool.Pool}").OrderBy(key => key, StringComparer.Ordinal)];
}
