using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>What must hold in one journal: nothing passes a barrier, a bake, an analysis, an approval or a hold that has not opened.</summary>
internal sealed class GateWatch(DeploymentPlan plan, Func<SimulatedJudge?> judge, List<string> violations)
{
    private readonly Dictionary<string, int> _waveOf = plan.Waves.SelectMany(wave => wave.Lanes.Select(lane => (lane.Key, wave.Number))).ToDictionary(StringComparer.Ordinal);
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal), _active = new(StringComparer.Ordinal);
    private readonly HashSet<int> _good = [], _held = [];
    private PauseReason? _pause;
    private DateTimeOffset _bakeStarted;
    private bool _closed, _atOnce, _holding;
    private int _approvals, _wave = 1;

    public void Follow(JournalRecord record)
    {
        switch (record.Event)
        {
            case DeploymentResumed:
                if (_pause == PauseReason.Approval && _closed) _approvals++;
                if (_holding) _held.Add(_wave);
                _pause = null;
                _closed = _atOnce = _holding = false;
                _active.Clear();
                break;
            case Paused paused:
                _pause = paused.Reason;
                break;
            case Continued:
                if (_pause == PauseReason.Approval) _approvals++;
                _pause = null;
                break;
            case StopRequested stop:
                _closed = true;
                _pause = null;
                _atOnce |= stop.Immediate;
                break;
            case Denied:
                _pause = null;
                break;
            case Halted:
                _closed = true;
                break;
            case StepStarted started:
                OnStarted(record, started);
                break;
            case LaneEnded ended:
                _active.Remove(ended.Lane);
                break;
            case BakeStarted:
                _bakeStarted = record.At;
                break;
            case BakeEnded bake:
                OnBaked(record, bake);
                break;
            case DeploymentEnded ended:
                OnEnd(record, ended);
                break;
        }
    }

    private void OnStarted(JournalRecord record, StepStarted started)
    {
        int number = _waveOf[started.Lane];
        Wave wave = plan.Waves[number - 1];
        if (started.Step is StepKind.TakeOut or StepKind.Cut && _begun.Contains(started.Lane)) return;
        if (_atOnce && started.Step is not (StepKind.Restore or StepKind.PutBack or StepKind.Cut)) Violate(record, $"{started.Lane}: {started.Step} was started after an immediate stop");
        // A share that is given is watched anew.
        if (started.Step == StepKind.Shift) _good.Remove(number);
        if (!_active.Add(started.Lane) || !_begun.Add(started.Lane)) return;

        if (_pause is not null || _closed) Violate(record, $"{started.Lane} was started while nothing may be (pause: {_pause})");
        _wave = Math.Max(_wave, number);
        if (_active.Count > wave.Window) Violate(record, $"{_active.Count} lanes in flight in a window of {wave.Window}");
        Wave[] before = [.. plan.Waves.Where(other => other.Number < number)];
        if (before.Any(other => other.Lanes.Any(lane => !_begun.Contains(lane.Key) || _active.Contains(lane.Key)))) Violate(record, $"{started.Lane} was started before the waves before it were done");
        if (_approvals < before.Count(other => other.NeedsApproval && !other.Holds)) Violate(record, $"{started.Lane} was started with {_approvals} approvals");
        foreach (Wave other in before.Where(other => other.Bake > TimeSpan.Zero && !_good.Contains(other.Number))) Violate(record, $"{started.Lane} was started, and wave {other.Number} was not found good");
        foreach (Wave other in before.Where(other => other.Holds && !_held.Contains(other.Number))) Violate(record, $"{started.Lane} was started, and wave {other.Number} was not held");
    }

    private void OnBaked(JournalRecord record, BakeEnded bake)
    {
        Wave wave = plan.Waves[bake.Wave - 1];
        ReleaseVerdict? verdict = wave.IsJudged ? judge()?.Verdict : null;
        if (verdict == ReleaseVerdict.Fail && bake.Failure.Length == 0) Violate(record, "the analysis failed, and the journal does not say so");
        if (verdict == ReleaseVerdict.Inconclusive && bake.Inconclusive.Length == 0) Violate(record, "the analysis was inconclusive, and the journal does not say so");
        // What keeps the old side warm fails nothing.
        bool warm = wave.Lanes.All(lane => lane.StaysWarm);
        if (bake.Failure.Length == 0 && bake.Inconclusive.Length == 0 && (bake.Unhealthy.Count == 0 || warm || wave.Lanes.All(lane => lane.Shift is null)) && !_atOnce && !bake.CutShort) _good.Add(bake.Wave);
        bool ends = bake.Failure.Length > 0 || bake.Inconclusive.Length > 0 || bake.Unhealthy.Count > 0;
        if (!ends && !_atOnce && plan.Waves[bake.Wave - 1].Lanes.Any(lane => lane.Shift is not null) && verdict is not ReleaseVerdict.Pass && wave.IsJudged && record.At - _bakeStarted >= wave.Bake)
            Violate(record, $"wave {bake.Wave} was found good, and the analysis says {verdict}");
        if (!ends && !_atOnce && plan.Waves[bake.Wave - 1].Lanes.Any(lane => lane.Shift is not null) && record.At - _bakeStarted < wave.Bake && !_closed)
            _good.Remove(bake.Wave);
    }

    private void OnEnd(JournalRecord record, DeploymentEnded ended)
    {
        _closed = true;
        _holding = ended.State == DeploymentState.Holding;
        if (_active.Count > 0) Violate(record, $"it ended {ended.State} with {string.Join(", ", _active)} in flight");
        if (_holding && !plan.Waves[_wave - 1].Holds) Violate(record, $"it holds at wave {_wave}, where nobody asked for it");
        if (ended.State is not (DeploymentState.Succeeded or DeploymentState.SucceededWithIssues)) return;
        foreach (Wave wave in plan.Waves.Where(wave => wave.Holds && !_held.Contains(wave.Number))) Violate(record, $"it ended {ended.State}, and wave {wave.Number} was not held");
        foreach (Wave wave in plan.Waves.Where(wave => wave.Bake > TimeSpan.Zero && !_good.Contains(wave.Number))) Violate(record, $"it ended {ended.State}, and wave {wave.Number} was not found good");
    }

    private void Violate(JournalRecord record, string what) => violations.Add($"record {record.Sequence} of {plan.Strategy}: {what}");
}
