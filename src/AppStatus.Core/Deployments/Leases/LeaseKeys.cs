using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>What a deployment must hold: each pool; where the instances' own status is set, each instance, and each pool that it is seen in.</summary>
internal static class LeaseKeys
{
    /// <returns>In ordinal order.</returns>
    public static IReadOnlyList<string> Of(DeploymentPlan plan) =>
        Of(plan.Options.TrafficControl, plan.Pools.Select(pool => pool.Key), plan.Lanes.SelectMany(lane => lane.StatusUris));

    public static IReadOnlyList<string> Of(TrafficControl control, IEnumerable<PoolKey> pools, IEnumerable<Uri> statusUris)
    {
        IEnumerable<string> keys = control == TrafficControl.Status
            ? statusUris.Select(uri => $"status {uri.Authority}").Concat(pools.Where(pool => StatusDrivenBalancer.ObservedId(pool.Balancer) is not null).Select(pool => Of(StatusDrivenBalancer.ObservedId(pool.Balancer)!, pool.Pool)))
            : pools.Select(pool => Of(pool.Balancer, pool.Pool));
        return [.. keys.Distinct(StringComparer.Ordinal).OrderBy(key => key, StringComparer.Ordinal)];
    }

    public static string Of(PoolKey pool) => Of(pool.Balancer, pool.Pool);

    private static string Of(string balancer, string pool) => $"{balancer} {pool}";
}
