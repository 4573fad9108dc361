using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Which pool of a virtual server is the live side, and whether the other one can take its place.</summary>
internal static class BlueGreenSwitch
{
    /// <param name="world">The instances of both pools.</param>
    /// <param name="blue">One pool, as its members name it.</param>
    /// <param name="green">The other.</param>
    public static PlanningResult Plan(DeploymentOptions options, PlanningInput world, string balancer, SwitchableServer server, string blue, string green)
    {
        PoolKey one = new(balancer, blue), other = new(balancer, green);
        bool empty = !world.Pools.ContainsKey(one);
        if (empty || !world.Pools.ContainsKey(other))
            return Refuse(ErrorId.PlanRefused, $"{(empty ? blue : green)} has no member: two sides are needed. Nothing was touched.", "Look at the pools with Get-F5PoolMember.");

        if (server.Pool != blue && server.Pool != green)
        {
            return Refuse(
                ErrorId.PlanRefused, $"{server.Name} has {(server.Pool.Length == 0 ? "no pool" : $"pool {server.Pool}")}, which is neither {blue} nor {green}: which side is live can't be told. Nothing was touched.",
                "Pass the pool that it has as -Blue or -Green.");
        }

        (PoolKey live, PoolKey idle) = server.Pool == blue ? (one, other) : (other, one);
        int needed = Math.Max(1, Quantity.Parse(options.MinimumHealthy).RoundedUp(world.Pools[live].Count(member => member.State == TrafficState.Enabled)));
        var change = new PoolSwitch(balancer, server.Name, live.Pool, idle.Pool, needed);
        return BlueGreenPlanner.Switch(options, world, change, [.. Refusals(options, world, server, live, idle, needed)], [.. Warnings(options, world, server, live, idle)]);
    }

    private static IEnumerable<Fault> Refusals(DeploymentOptions options, PlanningInput world, SwitchableServer server, PoolKey live, PoolKey idle, int needed)
    {
        int able = world.Pools[idle].Count(member => member.State == TrafficState.Enabled);
        if (able < needed)
        {
            yield return new Fault(
                ErrorId.MinimumHealthyUnreachable,
                $"{able} of {world.Pools[idle].Count} members of {idle.Pool} {(able == 1 ? "is" : "are")} enabled, and -MinimumHealthy {options.MinimumHealthy} of {live.Pool} asks for {needed}. Nothing was touched.",
                $"Enable them first (Get-F5PoolMember {idle.Pool} | Set-PoolMember -State Enabled), or lower -MinimumHealthy.");
        }

        string[] both = Shared(world, live, idle);
        if (options.Deploys && both.Length > 0)
        {
            yield return new Fault(
                ErrorId.PlanRefused, $"{string.Join(", ", both.Take(10))} {(both.Length == 1 ? "is" : "are")} in both {live.Pool} and {idle.Pool}: the release would be deployed to what serves. Nothing was touched.",
                "Give each side its own instances.");
            yield break;
        }

        // The connections of the time when it was live may last: a deploy would cut them.
        long open = world.Pools[idle].Sum(member => member.Connections ?? 0);
        if (options.Deploys && open > options.IdleConnections)
        {
            yield return new Fault(
                ErrorId.PlanRefused, $"{idle.Pool} still has {open} connection{(open == 1 ? "" : "s")}, which a deploy would cut. Nothing was touched.",
                $"Wait for them (Get-F5PoolMember {idle.Pool} | Wait-PoolMember -Idle), or pass -IdleConnections {open}.");
        }

        if (options.IgnorePolicies) yield break;
        if (server.Choosers.Count > 0)
        {
            yield return new Fault(
                ErrorId.PlanRefused, $"{server.Name} has {string.Join(", ", server.Choosers)}, which may choose a pool of its own: whether the switch moves all traffic can't be told. Nothing was touched.",
                "Look at them, and pass -IgnorePolicies if they choose no pool.");
        }

        if (both.Length > 0)
        {
            yield return new Fault(
                ErrorId.PlanRefused, $"{string.Join(", ", both.Take(10))} {(both.Length == 1 ? "is" : "are")} in both {live.Pool} and {idle.Pool}: what is done to one side would be done to the other. Nothing was touched.",
                "Give each side its own instances, or pass -IgnorePolicies.");
        }
    }

    private static IEnumerable<string> Warnings(DeploymentOptions options, PlanningInput world, SwitchableServer server, PoolKey live, PoolKey idle)
    {
        if (options.IgnorePolicies && server.Choosers.Count > 0) yield return $"{server.Name} has {string.Join(", ", server.Choosers)}, which may choose another pool.";
        foreach (PoolMember member in world.Pools[idle].Where(member => member.State != TrafficState.Enabled))
            yield return $"{member} is {member.State}: it gets no traffic after the switch either.";
    }

    private static string[] Shared(PlanningInput world, PoolKey live, PoolKey idle) =>
        [.. world.Pools[live].Select(member => member.InstanceKey).Intersect(world.Pools[idle].Select(member => member.InstanceKey), StringComparer.Ordinal)];

    private static PlanningResult Refuse(ErrorId id, string message, string next) => new(null, [new Fault(id, message, next)]);
}
