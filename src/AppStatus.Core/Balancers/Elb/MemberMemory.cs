namespace AppStatus.Core.Balancers.Elb;

/// <summary>
/// Members that were taken out, whether they drain still or have left the list already. What the balancer lists as registered
/// is not remembered: who vanishes from there was removed by somebody else.
/// </summary>
internal sealed class MemberMemory
{
    private readonly object _gate = new();
    private readonly Dictionary<(string Pool, string Name), (PoolMember Member, long Since)> _out = [];
    private readonly Dictionary<(string Pool, string Name), int> _places = [];
    private long _now;

    /// <summary>A moment, to tell what a reading that began then can't have seen.</summary>
    public long Now
    {
        get
        {
            lock (_gate) return _now;
        }
    }

    /// <summary>Members that somebody knows of, as an earlier process left them.</summary>
    public void Learn(IEnumerable<PoolMember> members)
    {
        lock (_gate)
        {
            foreach (PoolMember member in members)
            {
                var key = (member.Pool, member.Name);
                if (!_out.ContainsKey(key)) _out[key] = (member.State == TrafficState.Enabled ? member with { State = TrafficState.Draining } : member, ++_now);
            }
        }
    }

    public void TakeOut(PoolMember member, TrafficState state)
    {
        lock (_gate) _out[(member.Pool, member.Name)] = (member with { State = state }, ++_now);
    }

    /// <summary>The list with those that have left it, each with the state by which it was taken out, in the order in which they were first seen.</summary>
    /// <param name="asked"><see cref="Now"/> before the balancer was asked.</param>
    /// <param name="listed">As the balancer has them: draining, or registered.</param>
    /// <param name="gone">Makes of one that has left what it is now.</param>
    public IReadOnlyList<PoolMember> Complete(string pool, long asked, IReadOnlyList<PoolMember> listed, Func<PoolMember, PoolMember> gone)
    {
        lock (_gate)
        {
            var all = new List<PoolMember>(listed.Count);
            foreach (PoolMember member in listed)
            {
                var key = (pool, member.Name);
                bool known = _out.TryGetValue(key, out (PoolMember Member, long Since) earlier);
                if (member.State == TrafficState.Enabled && earlier.Since <= asked) _out.Remove(key);
                else if (!known && member.State != TrafficState.Enabled) _out[key] = (member, _now);
                all.Add(known && member.State != TrafficState.Enabled ? member with { State = earlier.Member.State } : member);
            }

            var names = new HashSet<string>(listed.Select(member => member.Name), StringComparer.Ordinal);
            all.AddRange(_out.Where(entry => entry.Key.Pool == pool && !names.Contains(entry.Key.Name))
                .OrderBy(entry => entry.Key.Name, StringComparer.Ordinal).Select(entry => gone(entry.Value.Member)));
            return [.. all.OrderBy(member => Place(pool, member.Name))];
        }
    }

    private int Place(string pool, string name)
    {
        if (!_places.TryGetValue((pool, name), out int place)) _places[(pool, name)] = place = _places.Count;
        return place;
    }
}
