using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>
/// Whether a lane's members may be taken out now. What serves is counted on the observation; what we have taken out, or are
/// taking out in this very decision, never counts, whatever the observation says.
/// </summary>
internal sealed class Admission
{
    /// <summary>An older look at the pools admits nothing.</summary>
    public static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(2);

    private readonly RunState _state;
    private readonly PoolObservation? _observation;
    private readonly Dictionary<PoolKey, HashSet<string>> _out = [];

    public Admission(RunState state, PoolObservation? observation, DateTimeOffset now)
    {
        _state = state;
        bool usable = observation is not null && now - observation.AnsweredAt <= MaximumAge && observation.ReadAt > state.LastLeftOut;
        _observation = usable ? observation : null;
    }

    public bool HasObservation => _observation is not null;

    /// <summary>The fewest members that go on serving in any pool of the lane, or null where one would fall below its minimum.</summary>
    /// <param name="members">What of it would go out.</param>
    public int? TryTake(LaneRun lane, IReadOnlyList<PoolMember> members)
    {
        int lowest = int.MaxValue;
        PoolKey[] pools = [.. members.Select(PoolKey.Of).Distinct()];
        foreach (PoolKey pool in pools)
        {
            if (_observation!.CountServing(pool) is not { } serving) return null;

            // A lane whose drain is done again may serve still, and costs what any other does.
            string[] own = [.. Names(members, pool)];
            int before = serving - Out(pool).Count(name => !own.Contains(name) && _observation.Serves(pool, name));
            int ours = own.Count(name => _observation.Serves(pool, name));
            if (ours > 0 && before - ours < _state.MinimumHealthy(pool)) return null;
            lowest = Math.Min(lowest, before - ours);
        }

        foreach (PoolKey pool in pools) Out(pool).UnionWith(Names(members, pool));
        return lowest;
    }

    // Gathered once a decision; what the decision admits is added.
    private HashSet<string> Out(PoolKey pool)
    {
        if (_out.TryGetValue(pool, out HashSet<string>? names)) return names;
        _out[pool] = names = new HashSet<string>(StringComparer.Ordinal);
        foreach (LaneRun lane in _state.InFlight.Where(lane => lane.OutOfService)) names.UnionWith(Names(lane.Plan.Leaving, pool));
        foreach (LaneRun lane in _state.TakeOuts.Where(lane => lane.Current is { Running: true })) names.UnionWith(Names(lane.Plan.Memberships, pool));
        return names;
    }

    private static IEnumerable<string> Names(IReadOnlyList<PoolMember> members, PoolKey pool) =>
        members.Where(member => PoolKey.Of(member) == pool).Select(member => member.Name);
}
