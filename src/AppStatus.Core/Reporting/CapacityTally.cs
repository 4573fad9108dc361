using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Reporting;

/// <summary>
/// Counts the members of a pool that serve, from what the journal says of each. Where a drain has recorded what was
/// observed, the count is set right by that: members come and go without a deployment, too.
/// </summary>
internal sealed class CapacityTally
{
    private readonly PlannedPool _pool;
    private readonly HashSet<string> _serving;
    private readonly Dictionary<string, TrafficState?> _known;
    private readonly List<CoursePoint> _points = [];
    private int _others;

    public CapacityTally(PlannedPool pool, DateTimeOffset started)
    {
        _pool = pool;
        _serving = new HashSet<string>(pool.Members.Where(member => member.Serving).Select(LaneRun.MemberKey), StringComparer.Ordinal);
        _known = pool.Members.ToDictionary(LaneRun.MemberKey, member => (TrafficState?)member.State, StringComparer.Ordinal);
        _others = pool.ServingAtStart - _serving.Count;
        Note(started);
    }

    public CapacityCourse Course => new(_pool.Pool, _pool.MinimumHealthy, _pool.EnabledAtStart, _points);

    public void Apply(JournalRecord record, RunState state)
    {
        switch (record.Event)
        {
            case StepStarted { Step: StepKind.Drain or StepKind.TakeOut } started:
                Lane lane = state[started.Lane].Plan;
                Leave(started.Step == StepKind.TakeOut ? lane.Memberships : lane.Leaving);
                // Of a lane in several pools it is the fewest in any of them, and nobody knows which.
                if (started.Capacity is int observed && lane.Leaving.Count > 0 && lane.Leaving.All(member => PoolKey.Of(member) == _pool.Key)) _others = observed - _serving.Count;
                break;
            case StepSucceeded succeeded:
                Learn(succeeded.Members, returns: succeeded.Step == StepKind.PutBack);
                if (succeeded.Step == StepKind.AwaitServing) Return(state[succeeded.Lane].Plan);
                break;
            case StepFailed failed:
                Learn(failed.Members, returns: failed.Step == StepKind.Drain);
                break;
            default:
                return;
        }

        Note(record.At);
    }

    private void Leave(IReadOnlyList<PoolMember> members)
    {
        foreach (PoolMember member in members) _serving.Remove(LaneRun.MemberKey(member));
    }

    private void Learn(IReadOnlyDictionary<string, TrafficState?>? members, bool returns)
    {
        if (members is null) return;
        foreach (KeyValuePair<string, TrafficState?> member in members.Where(member => _known.ContainsKey(member.Key)))
        {
            _known[member.Key] = member.Value;
            if (member.Value != TrafficState.Enabled) _serving.Remove(member.Key);
            else if (returns) _serving.Add(member.Key);
        }
    }

    private void Return(Lane lane)
    {
        // A lane of weights speaks of the whole pool, and waits for the canaries alone.
        IEnumerable<PoolMember> members = lane.Shift is { } shift ? lane.Memberships.Where(shift.IsCanary) : lane.Memberships;
        foreach (string key in members.Select(LaneRun.MemberKey))
            if (_known.TryGetValue(key, out TrafficState? known) && known == TrafficState.Enabled) _serving.Add(key);
    }

    private void Note(DateTimeOffset at)
    {
        int count = Math.Max(0, _serving.Count + _others);
        if (_points.Count == 0 || _points[_points.Count - 1].Value != count) _points.Add(new CoursePoint(at, count));
    }
}
