using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What the balancers said of all pools of the plan, in one look.</summary>
/// <param name="ReadAt">When the look began: what happened later is not in it.</param>
/// <param name="AnsweredAt">When the last answer was there: its age counts from here, since a balancer that answers slowly can't be asked for more.</param>
/// <param name="Members">By pool; a pool that could not be read is missing.</param>
/// <param name="Fault">Why a pool is missing.</param>
internal sealed record PoolObservation(
    DateTimeOffset ReadAt, DateTimeOffset AnsweredAt, IReadOnlyDictionary<PoolKey, IReadOnlyList<PoolMember>> Members, Fault? Fault)
{
    private readonly Dictionary<PoolKey, int> _serving = [];

    /// <summary>Shared by the looks of one run; alone it finds as well, more slowly.</summary>
    public MemberPlaces Places { private get; init; } = new();

    /// <summary>How many members serve; null where the pool could not be read. Counted once, however often it is asked.</summary>
    public int? CountServing(PoolKey pool)
    {
        if (_serving.TryGetValue(pool, out int count)) return count;
        if (!Members.TryGetValue(pool, out IReadOnlyList<PoolMember>? members)) return null;
        for (int place = 0; place < members.Count; place++)
            if (members[place].Serving) count++;
        return _serving[pool] = count;
    }

    public bool Serves(PoolKey pool, string name) => Places.Find(pool, Members[pool], name) is { Serving: true };
}
