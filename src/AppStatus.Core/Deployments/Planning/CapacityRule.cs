using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>The arithmetic of MinimumHealthy, for planning and for admission while running.</summary>
internal static class CapacityRule
{
    public static PlannedPool Limit(PoolKey key, IReadOnlyList<PoolMember> members, Quantity minimum, IReadOnlyList<Wave> waves)
    {
        // A backup, or a member of weight 0, is enabled and serves nobody: of those no part can be asked for.
        int enabled = members.Count(member => member.TakesPart);
        if (enabled == 0) enabled = members.Count(member => member.State == TrafficState.Enabled);
        int serving = members.Count(member => member.Serving);
        return new PlannedPool
        {
            Balancer = key.Balancer,
            Pool = key.Pool,
            EnabledAtStart = enabled,
            ServingAtStart = serving,
            MinimumHealthy = minimum.RoundedUp(enabled),
            LowestPlanned = Course(key, serving, waves).DefaultIfEmpty(serving).Min(),
            Members = members,
        };
    }

    /// <summary>The fewest members of the pool that serve in each wave, if all goes as planned.</summary>
    public static IEnumerable<int> Course(PoolKey pool, int serving, IReadOnlyList<Wave> waves)
    {
        foreach (Wave wave in waves)
        {
            // What goes in does so before what it replaces goes out.
            int after = serving + wave.Lanes.Sum(lane => Gain(lane, pool));
            yield return Math.Min(serving, after) - MostOutAtOnce(pool, wave);
            serving = after;
        }
    }

    /// <summary>Why the plan can't keep the pool's minimum; null where it can.</summary>
    /// <param name="largest">The largest batch that fits all pools; 0: none does; null: the batch size is not what it depends on.</param>
    public static Fault? Refusal(PlannedPool pool, DeploymentOptions options, int? largest)
    {
        if (pool.LowestPlanned >= pool.ServingAtStart || pool.LowestPlanned >= pool.MinimumHealthy) return null;

        string next = largest switch
        {
            > 0 => $"The largest batch that fits is {largest}: type -BatchSize {largest}, or lower -MinimumHealthy.",
            0 => "No batch fits. Lower -MinimumHealthy, or bring more members into service first.",
            _ => "Bring more instances of the new release up first, or lower -MinimumHealthy.",
        };
        string why = largest is null ? "the deployment" : $"-BatchSize {options.BatchSize}";
        return new Fault(
            ErrorId.MinimumHealthyUnreachable,
            $"Pool {pool.Pool} has {pool.ServingAtStart} serving of {pool.EnabledAtStart} enabled members; {why} would leave {Math.Max(0, pool.LowestPlanned)}, and -MinimumHealthy {options.MinimumHealthy} asks for {pool.MinimumHealthy}. Nothing was touched.",
            next);
    }

    /// <summary>How many lanes may run side by side, whichever they are, before a pool falls below its minimum.</summary>
    public static int LargestBatch(IReadOnlyList<PlannedPool> pools, IReadOnlyList<Lane> lanes) =>
        pools.Select(pool => LargestBatch(pool, lanes)).DefaultIfEmpty(lanes.Count).Min();

    /// <summary>How many serving members of the pool one lane takes out, to bring them back.</summary>
    public static int Cost(Lane lane, PoolKey pool) => lane.Effect == LaneEffect.Redeploy ? Serving(lane.Memberships, pool) : 0;

    // How many more members of the pool serve when the lane is done.
    private static int Gain(Lane lane, PoolKey pool) => lane.Effect switch
    {
        LaneEffect.Enter => lane.Memberships.Count(member => !member.Serving && PoolKey.Of(member) == pool) - Serving(lane.Leaving, pool),
        LaneEffect.Leave => -Serving(lane.Memberships, pool),
        _ => 0,
    };

    private static int Serving(IReadOnlyList<PoolMember> members, PoolKey pool) => members.Count(member => member.Serving && PoolKey.Of(member) == pool);

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
    private static int MostOutAtOnce(PoolKey pool, Wave wave) =>
        wave.Lanes.Select(lane => Cost(lane, pool)).Where(cost => cost > 0).OrderByDescending(cost => cost).Take(wave.Window).Sum();
}
