using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>The arithmetic of MinimumHealthy, for planning and for admission while running.</summary>
internal static class CapacityRule
{
    public static PlannedPool Limit(PoolKey key, IReadOnlyList<PoolMember> members, Quantity minimum, IReadOnlyList<Wave> waves)
    {
        int enabled = members.Count(member => member.State == TrafficState.Enabled);
        int serving = members.Count(member => member.Serving);
        return new PlannedPool
        {
            Balancer = key.Balancer,
            Pool = key.Pool,
            EnabledAtStart = enabled,
            ServingAtStart = serving,
            MinimumHealthy = minimum.RoundedUp(enabled),
            LowestPlanned = serving - MostOutAtOnce(key, waves),
            Members = members,
        };
    }

    /// <summary>Why the plan can't keep the pool's minimum; null where it can.</summary>
    /// <param name="largest">The largest batch that fits all pools; 0: none does.</param>
    public static Fault? Refusal(PlannedPool pool, IReadOnlyList<Wave> waves, DeploymentOptions options, int largest)
    {
        if (MostOutAtOnce(pool.Key, waves) == 0 || pool.LowestPlanned >= pool.MinimumHealthy) return null;

        string next = largest > 0
            ? $"The largest batch that fits is {largest}: type -BatchSize {largest}, or lower -MinimumHealthy."
            : "No batch fits. Lower -MinimumHealthy, or bring more members into service first.";
        return new Fault(
            ErrorId.MinimumHealthyUnreachable,
            $"Pool {pool.Pool} has {pool.ServingAtStart} serving of {pool.EnabledAtStart} enabled members; -BatchSize {options.BatchSize} would leave {Math.Max(0, pool.LowestPlanned)}, and -MinimumHealthy {options.MinimumHealthy} asks for {pool.MinimumHealthy}. Nothing was touched.",
            next);
    }

    /// <summary>How many lanes may run side by side, whichever they are, before a pool falls below its minimum.</summary>
    public static int LargestBatch(IReadOnlyList<PlannedPool> pools, IReadOnlyList<Lane> lanes) =>
        pools.Select(pool => LargestBatch(pool, lanes)).DefaultIfEmpty(lanes.Count).Min();

    /// <summary>How many serving members of the pool one lane takes out.</summary>
    public static int Cost(Lane lane, PoolKey pool) =>
        lane.Memberships.Count(member => member.Serving && PoolKey.Of(member) == pool);

    private static int LargestBatch(PlannedPool pool, IReadOnlyList<Lane> lanes)
    {
        int room = pool.ServingAtStart - pool.MinimumHealthy, batch = 0;
        foreach (int cost in lanes.Select(lane => Cost(lane, pool.Key)).Where(cost => cost > 0).OrderByDescending(cost => cost))
        {
            room -= cost;
            if (room < 0) return batch;
            batch++;
        }

        return lanes.Count;
    }

    /// <summary>How many serving members of the pool a wave has out at once, at the most.</summary>
    public static int MostOutAtOnce(PoolKey pool, Wave wave) =>
        wave.Lanes.Select(lane => Cost(lane, pool)).Where(cost => cost > 0).OrderByDescending(cost => cost).Take(wave.Window).Sum();

    private static int MostOutAtOnce(PoolKey pool, IReadOnlyList<Wave> waves) =>
        waves.Count == 0 ? 0 : waves.Max(wave => MostOutAtOnce(pool, wave));
}
