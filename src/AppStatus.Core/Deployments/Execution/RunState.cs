using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using StopRequested = AppStatus.Core.Deployments.Journal.StopRequested;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>How a deployment stands: the fold of its journal, and of nothing else.</summary>
internal sealed class RunState
{
    private readonly Dictionary<string, LaneRun> _lanes;
    private readonly Dictionary<PoolKey, int> _minimum;
    private readonly Flight _flight;

    public RunState(DeploymentPlan plan)
    {
        Plan = plan;
        Waves = new WaveProgress(plan.Waves);
        _lanes = plan.Lanes.ToDictionary(lane => lane.Key, lane => new LaneRun(lane), StringComparer.Ordinal);
        _minimum = plan.Pools.ToDictionary(pool => pool.Key, pool => pool.MinimumHealthy);
        Lanes = plan.Lanes.Select(lane => _lanes[lane.Key]).ToArray();
        _flight = new Flight(Lanes, Waves);
        LowestCapacity = plan.Pools.Count == 0 ? 0 : plan.Pools.Min(pool => pool.ServingAtStart);
    }

    public DeploymentPlan Plan { get; }

    public string Id { get; private set; } = "";

    public DateTimeOffset Started { get; private set; }

    public DateTimeOffset LastEventAt { get; private set; }

    /// <summary>When the present driver began: what was waited for before counts no more.</summary>
    public DateTimeOffset ResumedAt { get; private set; }

    /// <summary>In the plan's order.</summary>
    public IReadOnlyList<LaneRun> Lanes { get; }

    public IReadOnlyList<LaneRun> InFlight => _flight.Lanes;

    /// <inheritdoc cref="Flight.Ready"/>
    public IReadOnlyList<LaneRun> Ready => _flight.Ready;

    /// <inheritdoc cref="Flight.TakeOuts"/>
    public IReadOnlyCollection<LaneRun> TakeOuts => _flight.TakeOuts;

    /// <inheritdoc cref="Flight.Retries"/>
    public IReadOnlyList<LaneRun> Retries => _flight.Retries;

    public WaveProgress Waves { get; }

    /// <summary>Since it was started, or last resumed.</summary>
    public int Failures { get; private set; }

    /// <summary>Why no lane starts now, for the time being; null: nothing keeps them.</summary>
    public Paused? Pause { get; private set; }

    public DateTimeOffset PausedAt { get; private set; }

    /// <summary>The deployment that has undone this one whole; empty: none has.</summary>
    public string UndoneBy { get; private set; } = "";

    /// <summary>An operator has taken over what it left.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>It ended, and everything that it took out of traffic is back, or was taken over by somebody: nothing of it is in the way.</summary>
    public bool IsSettled => IsClosed || UndoneBy.Length > 0 ||
        (Ended && State is not (DeploymentState.Paused or DeploymentState.Holding) && ActiveShift is null && Lanes.All(lane => !lane.LeftOut));

    /// <summary>The machine and process that drive it, or did last.</summary>
    public (string Host, int ProcessId) Driver { get; private set; }

    public Halted? Halt { get; private set; }

    /// <summary>What became of the balancers' configuration after the end; null: nothing was recorded.</summary>
    public ConfigurationKept? Upkeep { get; private set; }

    public bool StopRequested { get; private set; }

    /// <summary>Lanes in flight are compensated, too.</summary>
    public bool StopImmediately { get; private set; }

    /// <summary>The step whose weights give canaries a share now, or may; null: they have none, or their own weight again.</summary>
    public LaneRun? ActiveShift { get; private set; }

    /// <summary>The analysis could not tell good from bad: somebody must. Null: it could.</summary>
    public string? Inconclusive { get; private set; }

    /// <summary>The check that was ended before its time, and not made anew since, for people; empty: none was.</summary>
    public string CutShort { get; private set; } = "";

    public bool CheckingFleet { get; private set; }

    public FleetChecked? Fleet { get; private set; }

    public DeploymentState State { get; private set; } = DeploymentState.Running;

    /// <summary>The fewest members that served in any pool, as observed, with what was then taken out left aside.</summary>
    public int LowestCapacity { get; private set; }

    /// <summary>When a lane last left the flight, or was put back, with members that may not serve: an older observation may count them still.</summary>
    public DateTimeOffset LastLeftOut { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>When a lane's members were last let out.</summary>
    public DateTimeOffset LastAdmission { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>When members last came back: an older observation does not count them yet.</summary>
    public DateTimeOffset LastReturned { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>
    /// Those that the next wave needs and that have not succeeded, whatever number of failures is tolerated: nothing that was not
    /// verified is given traffic by weights or by a switch, and nothing is rolled beside a share that is not what it should be.
    /// </summary>
    public IEnumerable<LaneRun> Missing
    {
        get
        {
            if (Waves.Current is not { } next || Plan.Undoes.Length > 0) return [];
            bool movesTraffic = next.Lanes.Any(lane => lane.Shift is not null || lane.Switch is not null);
            return Lanes.Where(lane => lane.State != LaneState.Succeeded &&
                (lane.Plan.Shift is null ? movesTraffic && Waves.IsBefore(lane) : lane.State == LaneState.Failed || Waves.IsBefore(lane)));
        }
    }

    public bool Ended => State != DeploymentState.Running;

    public LaneRun this[string lane] => _lanes[lane];

    /// <summary>So many members of the pool must stay serving.</summary>
    public int MinimumHealthy(PoolKey pool) => _minimum[pool];

    public static RunState Fold(IReadOnlyList<JournalRecord> records)
    {
        var state = new RunState(((DeploymentStarted)records[0].Event).Plan);
        foreach (JournalRecord record in records) state.Apply(record);
        return state;
    }

    public void Apply(JournalRecord record)
    {
        DateTimeOffset at = record.At;
        LastEventAt = at;
        switch (record.Event)
        {
            case DeploymentStarted started:
                Id = started.Id;
                Started = at;
                ResumedAt = at;
                Driver = (started.Host, started.ProcessId);
                break;
            case DeploymentResumed resumed:
                ApplyResume(resumed, at);
                break;
            case Paused paused:
                Pause = paused;
                PausedAt = at;
                break;
            case Continued:
                ApplyContinue();
                break;
            case Closed:
                IsClosed = true;
                if (State == DeploymentState.Running) State = DeploymentState.Stopped;
                break;
            case Denied:
                Pause = null;
                break;
            case LanesUndone undone:
                foreach (string lane in undone.Lanes) _lanes[lane].Undo();
                if (undone.Whole) UndoneBy = undone.By;
                break;
            case StepStarted started:
                ApplyStart(_lanes[started.Lane], started, at);
                break;
            case StepSucceeded succeeded:
                ApplySuccess(_lanes[succeeded.Lane], succeeded, at);
                break;
            case StepFailed failed:
                ApplyFailure(_lanes[failed.Lane], failed, at);
                break;
            case LaneEnded ended:
                ApplyEnd(_lanes[ended.Lane], ended, at);
                break;
            case BakeStarted:
                CutShort = "";
                Waves.BeginBake();
                break;
            case ShareWithdrawn withdrawn:
                if (ActiveShift is { } unattended) CutShare(unattended, ErrorId.Stopped, withdrawn.Why);
                break;
            case AlertFired alert:
                ApplyAlert(alert);
                break;
            case BakeEnded ended:
                ApplyBake(ended);
                break;
            case FleetCheckStarted:
                CheckingFleet = true;
                break;
            case FleetChecked check:
                ApplyFleet(check);
                break;
            case Halted halted:
                Halt = halted;
                if (ActiveShift is { } denied) CutShare(denied, halted.Error, halted.Message);
                break;
            case StopRequested stop:
                StopRequested = true;
                StopImmediately |= stop.Immediate;
                Pause = null;
                // Nobody will watch them from now on.
                if (ActiveShift is { } unwatched) CutShare(unwatched, ErrorId.Stopped, "The run was stopped: the canaries' traffic was taken back.");
                break;
            case DeploymentEnded ended:
                State = ended.State;
                break;
            case ConfigurationKept kept:
                Upkeep = kept;
                break;
            default:
                throw new InvalidOperationException($"No fold for {record.Event.GetType().Name}.");
        }

        if (_flight.IsOver) Waves.Advance();
    }

    private void ApplyResume(DeploymentResumed resumed, DateTimeOffset at)
    {
        // Who resumes a run that has ended waiting for an approval approves; a driver that died in it waits anew.
        if ((Ended && Pause?.Reason == PauseReason.Approval) || State == DeploymentState.Holding) Waves.Approve();
        State = DeploymentState.Running;
        ResumedAt = at;
        Driver = (resumed.Host, resumed.ProcessId);
        Halt = null;
        Upkeep = null;
        Pause = null;
        StopRequested = false;
        StopImmediately = false;
        Waves.ForgetBake();
        CutShort = "";
        Inconclusive = null;
        CheckingFleet = false;
        Fleet = null;
        IsClosed = false;
        LastLeftOut = at;
        Failures = 0;
        _flight.Resume(resumed.RetryFailed, at);
    }

    private void ApplyContinue()
    {
        if (Pause?.Reason == PauseReason.Approval) Waves.Approve();
        if (Pause?.Reason == PauseReason.Failure)
        {
            Failures = 0;
            _flight.QueueRetries();
        }

        Inconclusive = null;
        Pause = null;
    }

    private void ApplyStart(LaneRun lane, StepStarted started, DateTimeOffset at)
    {
        _flight.Begin(lane);
        lane.Start(started, at);
        if (started.Step == StepKind.Drain) LastAdmission = at;
        if (started.Step == StepKind.Shift) ActiveShift = lane;
        if (started.Capacity is int capacity) LowestCapacity = Math.Min(LowestCapacity, capacity);
    }

    private void ApplySuccess(LaneRun lane, StepSucceeded succeeded, DateTimeOffset at)
    {
        lane.Succeed(succeeded, at);
        if (succeeded.Step == StepKind.Verify) lane.Note(succeeded.Mismatch);
        if (succeeded.Step == StepKind.AwaitServing) LastReturned = at;
        if (succeeded.Step == StepKind.Cut || (succeeded.Step == StepKind.Shift && lane.Plan.Shift!.Restores)) ActiveShift = null;
        if (_flight.End(lane, succeeded.Step) || succeeded.Step == StepKind.PutBack) LastLeftOut = at;
    }

    private void ApplyFailure(LaneRun lane, StepFailed failed, DateTimeOffset at)
    {
        lane.Fail(failed, at);
        if (_flight.End(lane, failed.Step)) LastLeftOut = at;
    }

    private void ApplyEnd(LaneRun lane, LaneEnded ended, DateTimeOffset at)
    {
        lane.End(ended, at);
        _flight.Leave(lane);
        if (ended.State == LaneState.Failed) Failures++;
        if (lane.OutOfService) LastLeftOut = at;
        // Half of the weights may be set.
        if (lane == ActiveShift && ended.State != LaneState.Succeeded) CutShare(lane, ended.Error ?? ErrorId.Unexpected, ended.Message);
    }

    private void CutShare(LaneRun shift, ErrorId error, string why)
    {
        // One whose step runs ends first, and comes here again.
        shift.Doom(error, why);
        if (_flight.Contains(shift)) return;
        _flight.DropRetry(shift);
        shift.FailShare();
        _flight.TakeOut(shift);
    }

    // No share is given to what was found bad, whatever number of failures is tolerated.
    private void FailCanary(IReadOnlyList<LaneRun> watched, ErrorId error, string why)
    {
        Failures = Math.Max(Failures, Plan.Options.MaxFailures) + 1;
        if (ActiveShift is { } shift) CutShare(shift, error, why);
        else foreach (LaneRun lane in watched.Where(lane => lane.Plan.IsWatched && !lane.Plan.IsBaseline)) Lose(lane, error, why);
        Waves.Dismiss();
    }

    private void Lose(LaneRun lane, ErrorId error, string why)
    {
        // What was only deployed to has nothing to take out; tried again, it would be deployed to on what may be the live side by now.
        if (lane.Plan.Memberships.Count == 0) return;
        lane.LoseHealth(error, why);
        _flight.TakeOut(lane);
    }

    private void ApplyAlert(AlertFired alert)
    {
        if (ActiveShift is not null)
        {
            Waves.CutBake(again: false);
            FailCanary([], ErrorId.AlertFired, alert.Message);
            return;
        }

        Failures++;
        Waves.CutBake(again: Failures <= Plan.Options.MaxFailures);
        if (_lanes.TryGetValue(alert.Lane, out LaneRun? lane) && lane.State == LaneState.Succeeded) Lose(lane, ErrorId.AlertFired, alert.Message);
    }

    private void ApplyBake(BakeEnded ended)
    {
        LaneRun[] watched = [.. Waves.Unwatched];
        // The gate stays shut to what was judged bad: tried again, it is judged again before anything comes after it.
        CutShort = ended.CutShort ? $"The watch over wave {ended.Wave} was cut short." : "";
        bool bad = ended.Failure.Length > 0 || (ActiveShift is not null && ended.Unhealthy.Count > 0);
        Waves.EndBake(cutShort: StopImmediately || ended.CutShort || bad || ended.Inconclusive.Length > 0);
        if (ended.Inconclusive.Length > 0) Inconclusive = ended.Inconclusive;
        if (ended.Failure.Length > 0)
        {
            FailCanary(watched, ErrorId.AnalysisFailed, ended.Failure);
            return;
        }

        if (ActiveShift is not null && ended.Unhealthy.Count > 0)
        {
            FailCanary(watched, ErrorId.HealthNotReached, $"{string.Join(", ", ended.Unhealthy.Keys.Select(key => _lanes[key].Plan.Instance.Name))} lost health: {ended.Unhealthy.Values.First()}");
            return;
        }

        foreach (KeyValuePair<string, string> unhealthy in ended.Unhealthy)
        {
            LaneRun lane = _lanes[unhealthy.Key];
            if (lane.Plan.StaysWarm)
            {
                lane.GoCold(unhealthy.Value);
                continue;
            }

            Lose(lane, ErrorId.HealthNotReached, $"{lane.Plan.Instance.Name} lost its health after it was back in traffic: {unhealthy.Value}");
            Failures++;
        }
    }

    private void ApplyFleet(FleetChecked check)
    {
        CheckingFleet = false;
        Fleet = check;
        if (check.CutShort) CutShort = "The check of versions was cut short: not every instance was asked.";
        // Those that were seen before a stop are not all, so whether they are few enough is not known.
        bool takeOut = !check.CutShort && check.Mismatched.Count <= Plan.Options.MaxMismatched;
        if (!check.CutShort)
            foreach (LaneRun settled in _lanes.Values) settled.Note(mismatch: null);
        foreach (KeyValuePair<string, string> mismatch in check.Mismatched)
        {
            LaneRun lane = _lanes[mismatch.Key];
            lane.FindMismatched(mismatch.Value, takeOut);
            _flight.TakeOut(lane);
        }
    }
}
