using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>
/// What a deployment must hold: each pool and each of its instances; where the instances' own status is set, each instance, and each pool that it is seen in.
/// A balancer has as many names as it has addresses, and its pool a key under each; an instance has one.
/// </summary>
internal static class LeaseKeys
{
    /// <returns>In the order in which everybody takes them.</returns>
    public static IReadOnlyList<string> Of(DeploymentPlan plan) =>
        Of(plan.Options.TrafficControl, plan.Pools.Select(pool => pool.Key), plan.Lanes.SelectMany(lane => lane.StatusUris), plan.Lanes.SelectMany(lane => lane.AllMemberships));

    /// <inheritdoc cref="Of(DeploymentPlan)"/>
    public static IReadOnlyList<string> Of(TrafficControl control, IEnumerable<PoolKey> pools, IEnumerable<Uri> statusUris, IEnumerable<PoolMember> members) => control == TrafficControl.Status
        ? Sorted(statusUris.Select(uri => $"status {uri.Authority}").Concat(pools.Where(pool => StatusDrivenBalancer.ObservedId(pool.Balancer) is not null).Select(pool => Of(StatusDrivenBalancer.ObservedId(pool.Balancer)!, pool.Pool))))
        // The pools come first: who finds one taken is told of that.
        : [.. Sorted(pools.Select(pool => Of(pool.Balancer, pool.Pool))), .. Sorted(members.Select(member => $"instance {member.Address}:{member.Port}"))];

    public static string Of(PoolKey pool) => Of(pool.Balancer, pool.Pool);

    private static string[] Sorted(IEnumerable<string> keys) => [.. keys.Distinct(StringComparer.Ordinal).OrderBy(key => key, StringComparer.Ordinal)];

    private static string Of(string balancer, string pool) => $"{balancer} {pool}";
}
