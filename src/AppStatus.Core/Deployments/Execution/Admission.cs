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
    private readonly List<LaneRun> _admitted = [];

    public Admission(RunState state, PoolObservation? observation, DateTimeOffset now)
    {
        _state = state;
        bool usable = observation is not null && now - observation.AnsweredAt <= MaximumAge && observation.ReadAt > state.LastLeftOut;
        _observation = usable ? observation : null;
    }

    public bool HasObservation => _observation is not null;

    /// <summary>The fewest members that go on serving in any pool of the lane, or null where one would fall below its minimum.</summary>
    public int? TryTake(LaneRun lane)
    {
        int lowest = int.MaxValue;
        foreach (PlannedPool pool in _state.Plan.Pools.Where(pool => lane.Plan.Memberships.Any(member => PoolKey.Of(member) == pool.Key)))
        {
            if (!_observation!.Members.TryGetValue(pool.Key, out IReadOnlyList<PoolMember>? members)) return null;

            HashSet<string> ours = Names(lane, pool.Key);
            HashSet<string> takenOut = Out(pool.Key);
            int others = members.Count(member => member.Serving && !takenOut.Contains(member.Name) && !ours.Contains(member.Name));
            bool costs = members.Any(member => member.Serving && ours.Contains(member.Name));
            if (costs && others < pool.MinimumHealthy) return null;
            lowest = Math.Min(lowest, others);
        }

        _admitted.Add(lane);
        return lowest;
    }

    private HashSet<string> Out(PoolKey pool)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (LaneRun lane in _state.InFlight.Where(lane => lane.OutOfService).Concat(_state.TakeOuts.Where(lane => lane.Current is { Running: true })).Concat(_admitted))
            names.UnionWith(Names(lane, pool));
        return names;
    }

    private static HashSet<string> Names(LaneRun lane, PoolKey pool) =>
        [.. lane.Plan.Memberships.Where(member => PoolKey.Of(member) == pool).Select(member => member.Name)];
}
