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
    private readonly Dictionary<PoolKey, HashSet<string>> _serving = [];

    /// <summary>The names of the members that serve; null where the pool could not be read. Counted once, however often it is asked.</summary>
    public HashSet<string>? Serving(PoolKey pool)
    {
        if (_serving.TryGetValue(pool, out HashSet<string>? names)) return names;
        if (!Members.TryGetValue(pool, out IReadOnlyList<PoolMember>? members)) return null;
        names = new HashSet<string>(members.Where(member => member.Serving).Select(member => member.Name), StringComparer.Ordinal);
        _serving[pool] = names;
        return names;
    }
}
