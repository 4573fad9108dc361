using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>What must hold in a journal, whoever wrote which part of it.</summary>
internal sealed class JournalChecks(IReadOnlyList<JournalRecord> records, bool calm, List<string> violations)
{
    private readonly DeploymentPlan _plan = ((DeploymentStarted)records[0].Event).Plan;
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inFlight = new(StringComparer.Ordinal);
    private readonly HashSet<string> _succeeded = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, StepKind), int> _attempts = [];
    private PauseReason? _pause, _endedIn;
    private DateTimeOffset? _resumedAt;
    private bool _closed;
    private int _approvals;

    public void Check()
    {
        foreach (JournalRecord record in records) Follow(record);
    }

    private void Follow(JournalRecord record)
    {
        switch (record.Event)
        {
            case DeploymentResumed:
                // Who resumes what has ended waiting for an approval gives it; who resumes after the window opens it.
                if (_endedIn == PauseReason.Approval) _approvals++;
                _endedIn = null;
                _resumedAt = record.At;
                _pause = null;
                _closed = false;
                break;
            case Paused paused:
                _pause = paused.Reason;
                break;
            case Continued:
                if (_pause == PauseReason.Approval) _approvals++;
                _pause = null;
                break;
            case StopRequested or Halted or DeploymentEnded:
                _endedIn = record.Event is DeploymentEnded ? _pause : null;
                _pause = null;
                _closed = true;
                if (calm && record.Event is Halted { Error: ErrorId.CapacityLost } halted) Violate(record, halted.Message);
                break;
            case StepStarted { Step: not StepKind.TakeOut } started:
                OnStarted(record, started);
                break;
            case StepFailed { Error: not ErrorId.Stopped, Step: not StepKind.TakeOut } failed when calm:
                Violate(record, $"nothing went wrong, and {failed.Step} failed: {failed.Message}");
                break;
            case LaneEnded ended:
                _inFlight.Remove(ended.Lane);
                if (ended.State == LaneState.Succeeded) _succeeded.Add(ended.Lane);
                break;
            case BakeEnded bake:
                _succeeded.ExceptWith(bake.Unhealthy.Keys);
                break;
        }
    }

    private void OnStarted(JournalRecord record, StepStarted started)
    {
        if (_succeeded.Contains(started.Lane)) Violate(record, $"{started.Lane} had succeeded, and {started.Step} was started");
        _ = _attempts.TryGetValue((started.Lane, started.Step), out int last);
        if (started.Attempt <= last) Violate(record, $"{started.Lane}: attempt {started.Attempt} of {started.Step} after attempt {last}");
        _attempts[(started.Lane, started.Step)] = started.Attempt;
        if (!_inFlight.Add(started.Lane)) return;

        if (_pause is not null || _closed) Violate(record, $"{started.Lane} was started while nothing may be (pause: {_pause})");
        if (!_begun.Add(started.Lane)) return;
        if (record.At >= _plan.Options.NotAfter && !(_resumedAt >= _plan.Options.NotAfter)) Violate(record, $"{started.Lane} was started after the window");
        int gates = _plan.Waves.TakeWhile(wave => wave.Lanes.All(lane => lane.Key != started.Lane)).Count(wave => wave.NeedsApproval);
        if (_approvals < gates) Violate(record, $"{started.Lane} was started behind {gates} gates with {_approvals} approvals");
    }

    private void Violate(JournalRecord record, string what) => violations.Add($"record {record.Sequence} of {((DeploymentStarted)records[0].Event).Plan.Strategy}: {what}");
}
