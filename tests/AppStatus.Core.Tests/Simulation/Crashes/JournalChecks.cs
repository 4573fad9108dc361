using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>What must hold in a journal, whoever wrote which part of it: told at each record, when it comes to the disk.</summary>
internal sealed class JournalChecks(DeploymentPlan plan, bool calm, List<string> violations)
{
    private readonly Dictionary<string, int> _waveOf = plan.Waves.SelectMany(wave => wave.Lanes.Select(lane => (lane.Key, wave.Number))).ToDictionary(StringComparer.Ordinal);
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inFlight = new(StringComparer.Ordinal);
    private readonly HashSet<string> _active = new(StringComparer.Ordinal);
    private readonly HashSet<string> _succeeded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unwatched = new(StringComparer.Ordinal);
    private readonly HashSet<string> _theirs = new(StringComparer.Ordinal);
    private readonly HashSet<int> _baked = [];
    private readonly Dictionary<string, StepKind> _running = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, StepKind), int> _attempts = [];
    private PauseReason? _pause, _endedIn;
    private DateTimeOffset? _resumedAt;
    private DateTimeOffset _bakeStarted, _patientUntil;
    private bool _closed, _stops, _stopsAtOnce, _fleetChecked, _takesNoneOut, _leavesFailed;
    private int _approvals, _failures, _wave = 1;

    public void Follow(JournalRecord record)
    {
        switch (record.Event)
        {
            case DeploymentResumed:
                OnResumed(record);
                break;
            case Paused paused:
                _pause = paused.Reason;
                _patientUntil = record.At + paused.Patience;
                break;
            case Continued:
                if (_pause == PauseReason.Approval) _approvals++;
                if (_pause == PauseReason.Failure) _failures = 0;
                _pause = null;
                break;
            case StopRequested or Halted or DeploymentEnded:
                OnClosed(record);
                break;
            case StepStarted started:
                if (!_running.TryAdd(started.Lane, started.Step)) Violate(record, $"{started.Lane}: {started.Step} was started while {_running[started.Lane]} runs");
                if (started.Step != StepKind.TakeOut) OnStarted(record, started);
                else if (_takesNoneOut) Violate(record, $"{started.Lane} is taken out, where more are mismatched than may be");
                break;
            case StepSucceeded succeeded:
                _running.Remove(succeeded.Lane);
                if (succeeded.Found is not null) _theirs.UnionWith(Theirs(succeeded.Found));
                break;
            case StepFailed failed:
                _running.Remove(failed.Lane);
                if (failed.Found is not null) _theirs.UnionWith(Theirs(failed.Found));
                if (calm && failed is { Error: not ErrorId.Stopped, Step: not StepKind.TakeOut }) Violate(record, $"nothing went wrong, and {failed.Step} failed: {failed.Message}");
                break;
            case LaneEnded ended:
                OnEnded(record, ended);
                break;
            case BakeStarted:
                _bakeStarted = record.At;
                break;
            case BakeEnded bake:
                OnBaked(record, bake);
                break;
            case FleetChecked check:
                _fleetChecked = !check.CutShort;
                if (check.CutShort && !_stopsAtOnce) Violate(record, "the fleet check was cut short, and nobody asked for it");
                _takesNoneOut = check.Mismatched.Count > plan.Options.MaxMismatched;
                break;
        }
    }

    /// <summary>Why the member may not be written to now; null where it may.</summary>
    public string? Forbids(SimulatedEntry entry)
    {
        Lane? lane = plan.Lanes.FirstOrDefault(candidate => candidate.Key == entry.Host.Key);
        PoolMember? planned = lane?.Memberships.FirstOrDefault(member => PoolKey.Of(member) == entry.Pool);
        if (planned is null) return "it is not of this deployment";
        if (planned.State != TrafficState.Enabled && !entry.TouchedByHand) return $"it was {planned.State} before";
        if (_theirs.Contains(LaneRun.MemberKey(planned))) return "it was found changed by hand before";
        return _running.TryGetValue(entry.Host.Key, out StepKind step) && RunWatch.MayWrite(step, entry.State) ? null : "no step is journaled that may do so";
    }

    public bool Deploys(SimulatedHost host) => _running.TryGetValue(host.Key, out StepKind step) && step == StepKind.Deploy;

    private void OnResumed(JournalRecord record)
    {
        // Who resumes what has ended waiting for an approval gives it; who resumes after the window opens it.
        if (_endedIn == PauseReason.Approval) _approvals++;
        _endedIn = _pause = null;
        _resumedAt = record.At;
        _leavesFailed = record.Event is DeploymentResumed { RetryFailed: false };
        _closed = _stops = _stopsAtOnce = _fleetChecked = _takesNoneOut = false;
        _failures = 0;
        _running.Clear();
        _active.Clear();
    }

    private void OnClosed(JournalRecord record)
    {
        _endedIn = record.Event is DeploymentEnded ? _pause : null;
        _pause = null;
        _closed = true;
        if (record.Event is StopRequested) _stops = true;
        if (record.Event is StopRequested { Immediate: true }) _stopsAtOnce = true;
        // What a stop has left out, and nobody takes up again, may be missed by the others.
        if (calm && !_leavesFailed && record.Event is Halted { Error: ErrorId.CapacityLost } halted) Violate(record, halted.Message);
        if (record.Event is not DeploymentEnded ended) return;
        if (_running.Count > 0 || _active.Count > 0) Violate(record, $"it ended {ended.State} with {_active.Count} in flight");
        if (ended.State == DeploymentState.Paused && record.At < _patientUntil) Violate(record, $"the pause was to last until {_patientUntil:O}");
        if (ended.State is not (DeploymentState.Succeeded or DeploymentState.SucceededWithIssues)) return;
        if (plan.Options.ChecksVersion && plan.Waves.Count > 0 && !_fleetChecked) Violate(record, "it ended well, and the fleet was not checked");
        foreach (Wave wave in plan.Waves.Where(NotBaked)) Violate(record, $"it ended well, and wave {wave.Number} was not watched to the end");
        if (plan.Waves.Count > 0 && plan.Waves.All(wave => wave.Bake > TimeSpan.Zero) && _unwatched.Count > 0) Violate(record, $"it ended well, and {string.Join(", ", _unwatched)} was not watched since it was done");
    }

    private void OnStarted(JournalRecord record, StepStarted started)
    {
        if (_succeeded.Contains(started.Lane)) Violate(record, $"{started.Lane} had succeeded, and {started.Step} was started");
        _ = _attempts.TryGetValue((started.Lane, started.Step), out int last);
        if (started.Attempt != last + 1) Violate(record, $"{started.Lane}: attempt {started.Attempt} of {started.Step} after attempt {last}");
        _attempts[(started.Lane, started.Step)] = started.Attempt;
        if (_stopsAtOnce && started.Step is not (StepKind.Restore or StepKind.PutBack)) Violate(record, $"{started.Lane}: {started.Step} was started after an immediate stop");
        _active.Add(started.Lane);
        if (!_inFlight.Add(started.Lane)) return;

        if (_pause is not null || _closed) Violate(record, $"{started.Lane} was started while nothing may be (pause: {_pause})");
        if (_failures > plan.Options.MaxFailures) Violate(record, $"{started.Lane} was started after {_failures} failures");
        int number = _waveOf[started.Lane];
        if (number > _wave) _wave = number;
        // What is tried again goes by the window of the wave that is next.
        int window = plan.Waves.Where(wave => wave.Number == _wave || wave.Number == _wave + 1).Max(wave => wave.Window);
        if (_active.Count > window) Violate(record, $"{_active.Count} lanes in flight in a window of {window}");
        if (!_begun.Add(started.Lane)) return;
        if (record.At >= plan.Options.NotAfter && !(_resumedAt >= plan.Options.NotAfter)) Violate(record, $"{started.Lane} was started after the window");
        Wave[] before = [.. plan.Waves.Where(wave => wave.Number < number)];
        int gates = before.Count(wave => wave.NeedsApproval);
        if (_approvals < gates) Violate(record, $"{started.Lane} was started behind {gates} gates with {_approvals} approvals");
        if (before.Any(wave => wave.Lanes.Any(lane => !_begun.Contains(lane.Key) || _active.Contains(lane.Key)))) Violate(record, $"{started.Lane} was started before the waves before it were done");
        foreach (Wave wave in before.Where(NotBaked)) Violate(record, $"{started.Lane} was started, and wave {wave.Number} was not watched to the end");
    }

    private void OnEnded(JournalRecord record, LaneEnded ended)
    {
        if (!_inFlight.Remove(ended.Lane)) Violate(record, $"{ended.Lane} ended, and was not in flight");
        if (_running.TryGetValue(ended.Lane, out StepKind step)) Violate(record, $"{ended.Lane} ended while {step} runs");
        _active.Remove(ended.Lane);
        if (ended.State == LaneState.Succeeded)
        {
            _succeeded.Add(ended.Lane);
            _unwatched.Add(ended.Lane);
        }

        if (ended.State == LaneState.Failed) _failures++;
    }

    // Where nothing is left to watch it ends at once; else only a stop may cut it short, and then it has not been.
    private void OnBaked(JournalRecord record, BakeEnded bake)
    {
        _succeeded.ExceptWith(bake.Unhealthy.Keys);
        _unwatched.ExceptWith(bake.Unhealthy.Keys);
        _failures += bake.Unhealthy.Count;
        Wave wave = plan.Waves[bake.Wave - 1];
        bool whole = !bake.CutShort && (record.At - _bakeStarted >= wave.Bake || _unwatched.Count == 0);
        if (whole)
        {
            _baked.Add(bake.Wave);
            _unwatched.Clear();
        }
        else if (!bake.CutShort || !_stops) Violate(record, $"wave {bake.Wave} was watched for {record.At - _bakeStarted} of {wave.Bake}");
    }

    // What a hand has enabled is taken out and put back; the rest is left.
    private static IEnumerable<string> Theirs(IReadOnlyDictionary<string, TrafficState> found) => found.Where(member => member.Value != TrafficState.Enabled).Select(member => member.Key);

    private bool NotBaked(Wave wave) => wave.Bake > TimeSpan.Zero && !_baked.Contains(wave.Number);

    private void Violate(JournalRecord record, string what) => violations.Add($"record {record.Sequence} of {plan.Strategy}: {what}");
}
