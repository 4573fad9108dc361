using AppStatus.Lab.BigIp.Model;
using AppStatus.Lab.BigIp.Monitoring;

namespace AppStatus.Lab.BigIp.Traffic;

/// <summary>Which member a new request goes to. Called under the store's lock, which also guards the credits.</summary>
internal sealed class MemberSelector(HealthTable health, TrafficTable traffic)
{
    private readonly Dictionary<MemberKey, int> _credits = [];

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
        return pool.LoadBalancingMode switch
        {
            _ when candidates.Length == 0 => null,
            Pool.LeastConnectionsMember => candidates.MinBy(member => traffic.Of(Key(pool, member)).Current),
            Pool.RatioMember => NextInTurn(pool, candidates, member => member.Ratio),
            _ => NextInTurn(pool, candidates, _ => 1),
        };
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

    // Smooth weighted round robin: with equal weights plain turns, else evenly interleaved.
    private PoolMember NextInTurn(Pool pool, PoolMember[] candidates, Func<PoolMember, int> weight)
    {
        var total = 0;
        PoolMember? best = null;
        foreach (var member in candidates)
        {
            var key = Key(pool, member);
            total += weight(member);
            _credits[key] = _credits.GetValueOrDefault(key) + weight(member);
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
