using System.Collections.Concurrent;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Traffic;

/// <summary>
/// A member that comes back gets its share gradually, over its pool's slow ramp time. Those that the device began with have theirs: it has run for long.
/// </summary>
internal sealed class SlowRamp(TimeProvider time)
{
    private const double Least = 0.01;

    private readonly ConcurrentDictionary<MemberKey, long> _since = new();

    public void Begin(MemberKey member) => _since[member] = time.GetTimestamp();

    /// <summary>Begins for whoever an administrator has let in, or added, between the two states.</summary>
    public void Follow(DeviceState before, DeviceState after)
    {
        var nodesChanged = !ReferenceEquals(before.Nodes, after.Nodes);
        foreach (var (name, pool) in after.Pools)
        {
            // A pool that is new serves with all it has: nobody was there to take the traffic before.
            if (!before.Pools.TryGetValue(name, out var old) || (ReferenceEquals(old, pool) && !nodesChanged))
            {
                continue;
            }

            foreach (var member in pool.Members.Values.Where(member => IsIn(after, member)))
            {
                if (!old.Members.TryGetValue(member.Name, out var was) || !IsIn(before, was))
                {
                    Begin(new MemberKey(name, member.Name));
                }
            }
        }
    }

    /// <summary>The part of its share that the member gets now: more than 0, at most 1.</summary>
    public double PartOf(Pool pool, PoolMember member)
    {
        var key = new MemberKey(pool.Name, member.Name);
        if (pool.SlowRampTime == 0 || !_since.TryGetValue(key, out var since))
        {
            return 1;
        }

        var part = time.GetElapsedTime(since).TotalSeconds / pool.SlowRampTime;
        if (part < 1)
        {
            return Math.Max(part, Least);
        }

        _since.TryRemove(new KeyValuePair<MemberKey, long>(key, since));
        return 1;
    }

    private static bool IsIn(DeviceState state, PoolMember member) => member.Administrative.TakesNew && state.IsNodeTakingNew(member);
}
