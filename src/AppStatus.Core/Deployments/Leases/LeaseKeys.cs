using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>
/// What a deployment must hold: each pool; where the instances' own status is set, each instance, and each pool that it is seen in. Where a
/// balancer is known by the address that it was reached by, it has as many names as addresses, and its pool a key under each: there each instance, which has one, is held as well.
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
        : [.. Sorted(pools.Select(pool => Of(pool.Balancer, pool.Pool))), .. Sorted(members.Where(member => IsAddress(member.Balancer)).Select(member => $"instance {member.Address}:{member.Port}"))];

    public static string Of(PoolKey pool) => Of(pool.Balancer, pool.Pool);

    // An F5 tells its own name, and AWS the target group's: those are the same from everywhere.
    private static bool IsAddress(string balancer) => balancer.Contains("://") && !balancer.StartsWith("http", StringComparison.Ordinal);

    private static string[] Sorted(IEnumerable<string> keys) => [.. keys.Distinct(StringComparer.Ordinal).OrderBy(key => key, StringComparer.Ordinal)];

    private static string Of(string balancer, string pool) => $"{balancer} {pool}";
}
