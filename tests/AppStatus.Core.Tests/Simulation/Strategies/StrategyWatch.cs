using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>Watches what truly happens to members, weights and virtual servers, beside what the journal announces, and notes each promise that is broken.</summary>
internal sealed class StrategyWatch(StrategyScenario scenario, List<string> violations)
{
    private readonly SimulatedWorld _world = scenario.World;
    private readonly Dictionary<string, StepKind> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<SimulatedEntry, TrafficState> _written = [];
    private readonly HashSet<Uri> _verified = [];
    private readonly HashSet<string> _served = new(StringComparer.Ordinal), _deployed = new(StringComparer.Ordinal), _skipped = new(StringComparer.Ordinal);
    private DeploymentPlan _plan = scenario.Plan;

    public ShareWatch Share { get; } = new(scenario, violations);

    /// <summary>What a driver may have written when it died, without anybody who knows.</summary>
    public HashSet<SimulatedEntry> Uncertain { get; } = [];

    private bool Undoing => _plan.Undoes.Length > 0;

    public void OnRecord(JournalRecord record)
    {
        Share.OnRecord(record);
        switch (record.Event)
        {
            case DeploymentStarted started:
                Forget();
                _plan = started.Plan;
                break;
            case DeploymentResumed:
                Forget();
                break;
            case StepStarted started:
                _running[started.Lane] = started.Step;
                if (started.Step == StepKind.Deploy) Deploys(Lane(started.Lane));
                if (started.Step == StepKind.Enter) _served.Remove(started.Lane);
                break;
            case StepSucceeded succeeded:
                _running.Remove(succeeded.Lane);
                if (succeeded.Step == StepKind.Verify) _verified.Add(Lane(succeeded.Lane).Instance.Uri);
                if (succeeded.Step == StepKind.AwaitServing) _served.Add(succeeded.Lane);
                break;
            case StepFailed failed:
                _running.Remove(failed.Lane);
                if (failed.Step == StepKind.Verify) _skipped.Add(failed.Lane);
                // Who tries it again has been told, and means it.
                if (failed.Error == ErrorId.ChangedByOperator) foreach (PoolMember member in Lane(failed.Lane).AllMemberships) Uncertain.Add(Entry(member));
                break;
        }
    }

    public void OnWritten(SimulatedEntry entry, bool served, TrafficState before)
    {
        string what = $"{Now} s: {entry.Name} was set from {before} to {entry.State} {entry.Host.Status}";
        (Lane Lane, PoolMember Planned, StepKind Step)? writer = Writer(entry);
        if (writer is not { } by)
        {
            violations.Add($"{what} without a journaled step that may do so");
            return;
        }

        what = $"{what} by {by.Step} of {by.Lane.Key}";
        bool into = before != TrafficState.Enabled && entry.State == TrafficState.Enabled;
        if (into) CheckEntry(by.Lane, entry, by.Step, what);
        if (by.Step == StepKind.Drain && by.Lane.Effect == LaneEffect.Enter && !_served.Contains(by.Lane.Key)) violations.Add($"{what}, before what takes its place had served");
        if (by.Step == StepKind.Drain && by.Lane.Effect == LaneEffect.Enter && scenario.Calm && by.Lane.Memberships.Any(member => !Entry(member).Serving)) violations.Add($"{what}, and what takes its place does not serve");
        if (by.Step == StepKind.PutBack && entry.State != TrafficState.Enabled && by.Lane.Replaces is { } old && scenario.Calm && old.Memberships.Any(member => !Entry(member).Serving)) violations.Add($"{what}, and what it had replaced does not serve yet");
        if (served && !entry.Serving && by.Step != StepKind.Cut) CheckCapacity(entry, by.Step, what);
        CheckHand(entry, before, by.Planned, by.Step, what);
        Share.Check(what);
    }

    public void OnWeighed(SimulatedEntry entry)
    {
        string what = $"{Now} s: {entry.Name} was given the weight {entry.Weight}";
        if (!_running.Any(step => step.Value is StepKind.Shift or StepKind.Cut && Lane(step.Key).Memberships.Any(member => IsOf(member, entry)))) violations.Add($"{what} without a journaled step that may do so");
        Share.Check(what);
    }

    public void OnSwitched(SimulatedServer server, string before)
    {
        string what = $"{Now} s: {server.Name} was switched from {before} to {server.Pool}";
        PoolSwitch? change = _running.Where(step => step.Value == StepKind.SwitchPool).Select(step => Lane(step.Key).Switch).FirstOrDefault();
        if (change is null)
        {
            violations.Add($"{what} without a journaled step that may do so");
            return;
        }

        if (server.Pool != change.To) violations.Add($"{what}, and not to {change.To}");
        if (before != change.From && !(before == change.To && server.HandAt is null) && server.HandAt < _world.Clock.Elapsed - Looking) violations.Add($"{what}, which a hand had given it");
        List<SimulatedEntry> pool = _world.Pools[new PoolKey(change.Balancer, change.To)];
        int serving = pool.Count(entry => entry.Serving), lost = pool.Count(entry => !entry.Serving && entry.LostAt > _world.Clock.Elapsed - Window);
        if (serving + lost < change.MinimumServing) violations.Add($"{what}, where {serving} serve of {change.MinimumServing} that must");
        if (!Undoing) CheckVerified([.. pool.Where(entry => entry.State == TrafficState.Enabled && !entry.TouchedByHand)], what);
    }

    public void OnDeploy(SimulatedHost host, int attempt)
    {
        if (!_running.Any(step => step.Value == StepKind.Deploy && Lane(step.Key).Instance.Address == host.Address))
            violations.Add($"{Now} s: {host.Name} is deployed to without a journaled step");
        bool live = scenario.Strategy == Strategy.SwitchedServer ? host.Entries.Any(entry => entry.Pool.Pool == _world.Servers[StrategyFactory.Server].Pool)
            : host.Entries.Any(entry => entry is { Removed: false, TouchedByHand: false, State: TrafficState.Enabled });
        if (live && _world.Servers.Values.All(server => server.HandAt is null)) violations.Add($"{Now} s: {host.Name} is deployed to (attempt {attempt}) while it is in traffic");
    }

    private void Deploys(Lane lane)
    {
        _verified.Remove(lane.Instance.Uri);
        _deployed.Add(lane.Instance.Address);
    }

    // What it runs when it comes into traffic was verified since it came to run that; only the way back puts in what served before.
    private void CheckEntry(Lane lane, SimulatedEntry entry, StepKind step, string what)
    {
        bool must = step == StepKind.Enter ? !Undoing : _deployed.Contains(entry.Host.Address);
        if (must) CheckVerified([entry], what);
        if (step != StepKind.Enter || Undoing || scenario.Strategy is not (Strategy.SidesByStatus or Strategy.SidesByState)) return;
        foreach (Lane other in _plan.Lanes.Where(other => other.Effect == LaneEffect.Enter && other.Key != lane.Key && !_verified.Contains(other.Instance.Uri) && !_skipped.Contains($"{other.Key} verified")))
            violations.Add($"{what} before {other.Instance.Name} was verified");
    }

    private void CheckVerified(IReadOnlyList<SimulatedEntry> entries, string what)
    {
        foreach (SimulatedEntry entry in entries.Where(entry => !_verified.Any(uri => uri.Host == entry.Host.Address))) violations.Add($"{what}, and {entry.Name} was not verified");
    }

    // A loss by others that is younger than the oldest look that may admit, with the ways of look and write, is not our doing.
    private void CheckCapacity(SimulatedEntry entry, StepKind step, string what)
    {
        PlannedPool planned = scenario.Pool(entry.Pool);
        List<SimulatedEntry> pool = _world.Pools[entry.Pool];
        int serving = pool.Count(member => member.Serving), lost = pool.Count(member => !member.Serving && member.LostAt > _world.Clock.Elapsed - Window);
        if (step != StepKind.PutBack && serving + lost < planned.MinimumHealthy) violations.Add($"{what}, which left {serving} serving, where {planned.MinimumHealthy} must");
        if (scenario is { Calm: true, IsEqual: true } && scenario.Strategy.Promotes() && (!Undoing || scenario.Strategy is Strategy.PromoteByState or Strategy.PromoteByStatus) && serving < planned.ServingAtStart) violations.Add($"{what}, which left {serving} serving of {planned.ServingAtStart}, and nothing else had happened");
    }

    // What somebody set while we were looking, or while a write's outcome was not known, may be taken for our own.
    private void CheckHand(SimulatedEntry entry, TrafficState before, PoolMember planned, StepKind step, string what)
    {
        TrafficState ours = _written.TryGetValue(entry, out TrafficState written) ? written : planned.State;
        _written[entry] = entry.State;
        if (entry.HandState != before || before == ours || entry.WriteFailed || Uncertain.Contains(entry) || entry.HandAt >= _world.Clock.Elapsed - Looking) return;
        bool intoTraffic = before != TrafficState.Enabled && step is StepKind.Restore or StepKind.Shift or StepKind.PutBack;
        if (intoTraffic || (step == StepKind.Commit && before == TrafficState.Enabled)) violations.Add($"{what}, which a hand had set");
    }

    private (Lane Lane, PoolMember Planned, StepKind Step)? Writer(SimulatedEntry entry)
    {
        foreach (KeyValuePair<string, StepKind> running in _running)
        {
            Lane lane = Lane(running.Key);
            PoolMember? planned = lane.AllMemberships.FirstOrDefault(member => IsOf(member, entry));
            if (planned is not null && MayWrite(running.Value, lane, planned, entry)) return (lane, planned, running.Value);
        }

        return null;
    }

    private static bool MayWrite(StepKind step, Lane lane, PoolMember planned, SimulatedEntry entry)
    {
        bool enabled = entry.State == TrafficState.Enabled;
        return step switch
        {
            StepKind.Enter => enabled && lane.Memberships.Contains(planned),
            StepKind.Restore => enabled && (planned.State == TrafficState.Enabled || entry.TouchedByHand),
            StepKind.PutBack => entry.TouchedByHand || enabled == (planned.State == TrafficState.Enabled),
            StepKind.Drain => !enabled && lane.Leaving.Contains(planned),
            StepKind.TakeOut => !enabled && lane.Memberships.Contains(planned),
            StepKind.AwaitIdle => entry.State == TrafficState.Offline && lane.Leaving.Contains(planned),
            StepKind.Shift => lane.Shift!.IsCanary(planned) && (enabled || lane.Shift.Restores),
            StepKind.Cut => lane.Shift!.IsCanary(planned) && !enabled && !lane.Shift.ByPool,
            StepKind.Commit => entry.Host.Status == "stage",
            _ => false,
        };
    }

    private void Forget()
    {
        foreach (PoolMember member in _running.Keys.SelectMany(lane => Lane(lane).AllMemberships)) Uncertain.Add(Entry(member));
        _running.Clear();
    }

    private Lane Lane(string key) => _plan.Lanes.First(lane => lane.Key == key);

    private SimulatedEntry Entry(PoolMember member) => _world.Pools[PoolKey.Of(member)].Single(entry => entry.Name == member.Name);

    private static bool IsOf(PoolMember member, SimulatedEntry entry) => PoolKey.Of(member) == entry.Pool && member.Name == entry.Name;

    private TimeSpan Looking => (scenario.MostLatency * 8) + TimeSpan.FromSeconds(0.1);

    private TimeSpan Window => Admission.MaximumAge + Looking;

    private string Now => _world.Clock.Elapsed.TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
}
