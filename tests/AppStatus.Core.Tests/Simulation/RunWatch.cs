using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>
/// Watches a run from outside, with books of its own kept from the journal's events and the world's truth, and notes each
/// promise of the engine that is broken, when it is broken.
/// </summary>
internal sealed class RunWatch(SimulatedWorld world, DeploymentPlan plan, TimeSpan mostLatency) : IDeploymentObserver
{
    private readonly Dictionary<string, int> _waveOf = plan.Waves.SelectMany(wave => wave.Lanes.Select(lane => (lane.Key, wave.Number))).ToDictionary(StringComparer.Ordinal);
    private readonly Dictionary<string, Lane> _lanes = plan.Lanes.ToDictionary(lane => lane.Key, StringComparer.Ordinal);
    private readonly Dictionary<string, StepKind> _running = new(StringComparer.Ordinal);
    private readonly HashSet<string> _started = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Dictionary<SimulatedEntry, TrafficState> _written = [];
    private RunState? _shadow;
    private int _failures;
    private bool _noNewLanes;

    public List<string> Violations { get; } = [];

    /// <summary>Whom the deployment wrote to, with the kinds of step that did.</summary>
    public Dictionary<SimulatedEntry, List<StepKind>> Writes { get; } = [];

    public void OnReport(Lane lane, string text)
    {
    }

    public void OnRecord(JournalRecord record, RunState state)
    {
        if (Environment.CurrentManagedThreadId != _thread) Violate("the run went on on another thread: it can't be replayed");
        byte[] line = JournalLine.Write(record);
        JournalRecord? copy = JournalLine.Read(line.AsSpan(0, line.Length - 1));
        if (copy is null) Violate($"record {record.Sequence} can't be read back");
        else Follow(copy, state);

        switch (record.Event)
        {
            case StepStarted started:
                OnStarted(started);
                break;
            case StepSucceeded succeeded:
                _running.Remove(succeeded.Lane);
                break;
            case StepFailed failed:
                _running.Remove(failed.Lane);
                break;
            case LaneEnded ended:
                if (!_ended.Add(ended.Lane)) Violate($"{ended.Lane} ended twice");
                if (_running.ContainsKey(ended.Lane)) Violate($"{ended.Lane} ended while a step of it runs");
                if (ended.State == LaneState.Failed) _failures++;
                break;
            case BakeEnded bake:
                _failures += bake.Unhealthy.Count;
                break;
            case Halted or StopRequested or DeploymentEnded:
                _noNewLanes = true;
                break;
        }

        if (_failures > plan.Options.MaxFailures) _noNewLanes = true;
    }

    public void OnWritten(SimulatedEntry entry, bool served, TrafficState before)
    {
        if (!_lanes.TryGetValue(entry.Host.Key, out Lane? lane) || !_running.TryGetValue(lane.Key, out StepKind step) || !MayWrite(step, entry.State))
        {
            Violate($"{entry.Pool}/{entry.Name} was set from {before} to {entry.State} without a journaled step that may do so");
            return;
        }

        if (!Writes.TryGetValue(entry, out List<StepKind>? steps)) Writes[entry] = steps = [];
        steps.Add(step);
        PoolMember planned = lane.Memberships.Single(member => PoolKey.Of(member) == entry.Pool && member.Name == entry.Name);
        if (planned.State != TrafficState.Enabled && !entry.TouchedByHand) Violate($"{planned} was {planned.State} before the deployment, and was written to");
        if (served && !entry.Serving) CheckCapacity(entry, step);
        CheckHand(entry, before, step, planned);
    }

    public void OnDeploy(SimulatedHost host, int attempt)
    {
        if (!_running.TryGetValue(host.Key, out StepKind step) || step != StepKind.Deploy) Violate($"{host.Name} is deployed to without a journaled step");
        foreach (SimulatedEntry entry in host.Entries.Where(entry => !entry.Removed && !entry.TouchedByHand && entry.State == TrafficState.Enabled))
            Violate($"{host.Name} is deployed to (attempt {attempt}) while it is enabled in {entry.Pool}");
    }

    private void OnStarted(StepStarted started)
    {
        if (!_running.TryAdd(started.Lane, started.Step)) Violate($"{started.Lane}: {started.Step} started while {_running[started.Lane]} runs");
        if (!_started.Add(started.Lane))
        {
            if (_ended.Contains(started.Lane) && started.Step != StepKind.TakeOut) Violate($"{started.Lane}: {started.Step} after its end");
            return;
        }

        if (_noNewLanes) Violate($"{started.Lane} was started after {_failures} failures, a halt, or a stop");
        string[] inFlight = [.. _started.Except(_ended)];
        Wave wave = plan.Waves[_waveOf[started.Lane] - 1];
        if (inFlight.Length > wave.Window) Violate($"{inFlight.Length} lanes in flight in a window of {wave.Window}");
        if (inFlight.Any(lane => _waveOf[lane] != wave.Number)) Violate($"{started.Lane} of wave {wave.Number} was started beside one of another wave");
    }

    // The fold of what the journal holds, read back from its bytes, must be what the runner believes.
    private void Follow(JournalRecord copy, RunState state)
    {
        if (copy.Event is DeploymentStarted started) _shadow = new RunState(started.Plan);
        _shadow!.Apply(copy);
        if (copy.Sequence % 8 != 0 && copy.Event is not DeploymentEnded) return;
        string live = Digest.Of(state), folded = Digest.Of(_shadow);
        if (live != folded) Violate($"the fold differs after record {copy.Sequence}:\n{live}\n{folded}");
    }

    // What somebody set while we were looking, or while a write's outcome was not known, may be taken for our own.
    private void CheckHand(SimulatedEntry entry, TrafficState before, StepKind step, PoolMember planned)
    {
        TrafficState ours = _written.TryGetValue(entry, out TrafficState written) ? written : planned.State;
        _written[entry] = entry.State;
        TimeSpan looking = (mostLatency * 8) + TimeSpan.FromSeconds(0.1);
        bool byHand = entry.HandState == before && before != TrafficState.Enabled && before != ours && entry.HandAt < world.Clock.Elapsed - looking;
        if (byHand && step != StepKind.AwaitIdle && !entry.WriteFailed) Violate($"{planned} was set {before} by hand, and {step} set it {entry.State}");
    }

    // A loss by others that is younger than the oldest look that may admit, with the ways of look and write, is not our doing.
    private void CheckCapacity(SimulatedEntry entry, StepKind step)
    {
        TimeSpan window = Admission.MaximumAge + (mostLatency * 8) + TimeSpan.FromSeconds(0.1);
        int minimum = plan.Pools.Single(pool => pool.Key == entry.Pool).MinimumHealthy;
        List<SimulatedEntry> pool = world.Pools[entry.Pool];
        int serving = pool.Count(member => member.Serving);
        int lost = pool.Count(member => !member.Serving && member.LostAt > world.Clock.Elapsed - window);
        if (serving + lost < minimum) Violate($"{step} of {entry.Name} left {serving} serving in {entry.Pool}, where {minimum} must (others were lost just now: {lost})");
    }

    /// <summary>The states that a step may write.</summary>
    public static bool MayWrite(StepKind step, TrafficState to) => to switch
    {
        TrafficState.Enabled => step is StepKind.Restore or StepKind.PutBack,
        TrafficState.Draining => step is StepKind.Drain or StepKind.TakeOut,
        _ => step == StepKind.AwaitIdle,
    };

    private void Violate(string what) => Violations.Add($"{world.Clock.Elapsed.TotalSeconds:0.000} s: {what}");
}
