using AppStatus.Lab.BigIp.Model;
using AppStatus.Lab.BigIp.Monitoring;

namespace AppStatus.Lab.BigIp.Traffic;

/// <summary>Which member a new request goes to. Called under the store's lock, which also guards the credits.</summary>
internal sealed class MemberSelector(HealthTable health, TrafficTable traffic, SlowRamp ramp)
{
    private readonly Dictionary<MemberKey, double> _credits = [];

    /// <param name="persisted">The member that the client's persistence record names. It is taken even while disabled: only offline or down breaks the record.</param>
    public PoolMember? Choose(DeviceState state, Pool pool, string? persisted)
    {
        if (persisted is not null
            && pool.Members.TryGetValue(new FullPath(persisted), out var kept)
            && IsReachable(pool, kept)
            && !IsForcedOffline(state, kept))
        {
            return kept;
        }

        var candidates = ByPriority(pool, [.. pool.Members.Values.Where(member => TakesNew(state, pool, member))]);
        return candidates.Length == 0 ? null : NextInTurn(pool, [.. Least(state, pool, candidates)], member => Weight(state, pool, member));
    }

    public bool TakesNew(DeviceState state, Pool pool, PoolMember member) =>
        member.Administrative.TakesNew
        && state.IsNodeTakingNew(member)
        && IsReachable(pool, member)
        && (member.ConnectionLimit == 0 || traffic.Of(Key(pool, member)).Current < member.ConnectionLimit);

    private bool IsReachable(Pool pool, PoolMember member) =>
        !member.IsTemplate && health.Of(pool, member) is MemberHealth.Up or MemberHealth.Unchecked;

    private static bool IsForcedOffline(DeviceState state, PoolMember member) =>
        member.Administrative.ForcedDown || (state.Nodes.TryGetValue(member.Node, out var node) && node.Administrative.ForcedDown);

    // The highest groups that together reach the minimum.
    private static PoolMember[] ByPriority(Pool pool, PoolMember[] available)
    {
        if (pool.MinActiveMembers == 0)
        {
            return available;
        }

        var taken = new List<PoolMember>();
        foreach (var group in available.GroupBy(member => member.PriorityGroup).OrderByDescending(group => group.Key))
        {
            taken.AddRange(group);
            if (taken.Count >= pool.MinActiveMembers)
            {
                break;
            }
        }

        return [.. taken];
    }

    private double Weight(DeviceState state, Pool pool, PoolMember member) => ramp.PartOf(pool, member) * pool.LoadBalancingMode switch
    {
        Pool.RatioMember or Pool.RatioSession or Pool.RatioLeastConnectionsMember => member.Ratio,
        Pool.RatioNode => state.Nodes.GetValueOrDefault(member.Node)?.Ratio ?? 1,
        _ => 1,
    };

    // Those with the fewest connections for their weight, where the pool's mode counts them; between them it goes by turns.
    private IEnumerable<PoolMember> Least(DeviceState state, Pool pool, PoolMember[] candidates)
    {
        Func<PoolMember, double>? load = pool.LoadBalancingMode switch
        {
            Pool.LeastConnectionsMember or Pool.RatioLeastConnectionsMember => member => traffic.Of(Key(pool, member)).Current / Weight(state, pool, member),
            Pool.LeastConnectionsNode => member => OnNode(state, member.Node) / Weight(state, pool, member),
            _ => null,
        };
        if (load is null)
        {
            return candidates;
        }

        var loads = candidates.Select(load).ToArray();
        var least = loads.Min();
        return candidates.Where((_, index) => loads[index] <= least);
    }

    private int OnNode(DeviceState state, FullPath node) =>
        state.Pools.Values.Sum(pool => pool.Members.Values.Where(member => member.Node == node).Sum(member => traffic.Of(Key(pool, member)).Current));

    // Smooth weighted round robin: with equal weights plain turns, else evenly interleaved.
    private PoolMember NextInTurn(Pool pool, PoolMember[] candidates, Func<PoolMember, double> weight)
    {
        var total = 0.0;
        PoolMember? best = null;
        foreach (var member in candidates)
        {
            var key = Key(pool, member);
            var own = weight(member);
            total += own;
            _credits[key] = _credits.GetValueOrDefault(key) + own;
            if (best is null || _credits[key] > _credits[Key(pool, best)])
            {
                best = member;
            }
        }

        _credits[Key(pool, best!)] -= total;
        return best!;
    }

    private static MemberKey Key(Pool pool, PoolMember member) => new(pool.Name, member.Name);
}
