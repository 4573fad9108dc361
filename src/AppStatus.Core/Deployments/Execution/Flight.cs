using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>
/// Which lanes run, which are to be tried again, and which lose their traffic though they have ended. A part of the fold.
/// </summary>
internal sealed class Flight
{
    private readonly IReadOnlyList<LaneRun> _all;
    private readonly WaveProgress _waves;
    private readonly ILookup<string, LaneRun> _sharing;
    private readonly List<LaneRun> _lanes = [];
    private readonly List<LaneRun> _ready = [];
    private readonly List<LaneRun> _retries = [];
    private readonly HashSet<LaneRun> _takeOuts = [];

    public Flight(IReadOnlyList<LaneRun> all, WaveProgress waves)
    {
        _all = all;
        _waves = waves;
        _sharing = Sharing(all);
    }

    public IReadOnlyList<LaneRun> Lanes => _lanes;

    /// <summary>Those that no step of theirs keeps busy, in the order in which they became so.</summary>
    public IReadOnlyList<LaneRun> Ready => _ready;

    /// <summary>Lanes that ended without success and are tried again, before any new one.</summary>
    public IReadOnlyList<LaneRun> Retries => _retries;

    /// <summary>Lanes that have ended, and whose traffic is to be taken back.</summary>
    public IReadOnlyCollection<LaneRun> TakeOuts => _takeOuts;

    /// <summary>Nothing runs, and nothing is to be tried again.</summary>
    public bool IsOver => _lanes.Count == 0 && _retries.Count == 0;

    /// <summary>Every canary has its own weight again: no lane of weights will put one into traffic any more.</summary>
    private bool SharesAreOver => _all.Any(lane => lane.Plan.Shift is { Restores: true } && lane.State == LaneState.Succeeded);

    public bool Contains(LaneRun lane) => _lanes.Contains(lane);

    /// <summary>A step of the lane begins: its first one, the first of another try, or a later one.</summary>
    public void Begin(LaneRun lane)
    {
        if (_retries.Remove(lane))
        {
            lane.Retry(comesBack: SharesAreOver);
            _lanes.Add(lane);
        }
        else if (lane.State == LaneState.NotStarted)
        {
            _lanes.Add(lane);
            _waves.Begin();
        }

        _ready.Remove(lane);
    }

    /// <summary>A step of the lane has ended, and what it left of members is known to the lanes that share them.</summary>
    /// <returns>The lane was out of the flight: its traffic has been taken back, or could not be.</returns>
    public bool End(LaneRun lane, StepKind step)
    {
        Share(lane);
        bool tookOut = step is StepKind.TakeOut or StepKind.Cut && !Contains(lane);
        if (tookOut) _takeOuts.Remove(lane);
        else _ready.Add(lane);
        return tookOut;
    }

    public void Leave(LaneRun lane)
    {
        _lanes.Remove(lane);
        _ready.Remove(lane);
        _waves.Leave(lane);
    }

    public void TakeOut(LaneRun lane)
    {
        if (lane.AwaitsTakeOut) _takeOuts.Add(lane);
    }

    /// <summary>It is not tried again after all.</summary>
    public void DropRetry(LaneRun lane)
    {
        if (_retries.Remove(lane)) _waves.Leave(lane);
    }

    /// <summary>Another driver goes on: what was under way was interrupted.</summary>
    /// <param name="retryFailed">What ended without success is tried again.</param>
    public void Resume(bool retryFailed, DateTimeOffset at)
    {
        // A share that was to be taken back is not kept because its driver died, unless it is tried again.
        _takeOuts.RemoveWhere(lane => lane.Plan.Shift is null || retryFailed);
        // A take-out's lane is not in flight, and may have been interrupted, too.
        foreach (LaneRun lane in _all)
        {
            if (lane.Interrupt(at)) Share(lane);
            if (!_takeOuts.Contains(lane)) lane.ForgetChecks();
        }

        _ready.Clear();
        _ready.AddRange(_lanes);
        if (retryFailed)
        {
            QueueRetries();
            if (_retries.Count > 0) StepBack();
        }
        else
        {
            foreach (LaneRun lane in _retries.Where(IsUndone).ToArray()) DropRetry(lane);
        }
    }

    public void QueueRetries()
    {
        // What is out of traffic comes first: the capacity that the others need is there.
        foreach (LaneRun lane in _all.Where(lane => IsUndone(lane) && !_retries.Contains(lane)).OrderBy(lane => lane.LeftOut ? 0 : 1))
        {
            _retries.Add(lane);
            _waves.Queue(lane);
        }
    }

    // What a check has taken out of traffic is as little done as what failed. A canary is out between its deploy and its share.
    private bool IsUndone(LaneRun lane) => lane.State switch
    {
        LaneState.Failed or LaneState.Compensated => true,
        LaneState.Skipped => lane.Plan.IsCanary || lane.Plan.IsBaseline,
        LaneState.Succeeded => lane.LeftOut && (SharesAreOver || !lane.Plan.IsCanary),
        _ => false,
    };

    // A lane that only waits to be drained would hold the place in the flight that those need whose return it waits for.
    private void StepBack()
    {
        LaneRun[] waiting = [.. _lanes.Where(lane => lane.Round.All(step => step.Kind is StepKind.CheckHealth or StepKind.BeforeDrain))];
        foreach (LaneRun lane in waiting)
        {
            lane.StepBack();
            _lanes.Remove(lane);
            _ready.Remove(lane);
            _retries.Add(lane);
        }
    }

    // A member may be in two lanes of different waves: what one has done, the other finds.
    private static ILookup<string, LaneRun> Sharing(IReadOnlyList<LaneRun> lanes) => lanes
        .SelectMany(lane => lane.Plan.AllMemberships.Select(member => (Key: LaneRun.MemberKey(member), Lane: lane)))
        .GroupBy(entry => entry.Key, StringComparer.Ordinal).Where(group => group.Skip(1).Any())
        .SelectMany(group => group).ToLookup(entry => entry.Key, entry => entry.Lane, StringComparer.Ordinal);

    private void Share(LaneRun lane)
    {
        if (_sharing.Count == 0) return;
        foreach (LaneRun other in lane.Left.Keys.SelectMany(key => _sharing[key]).Distinct().Where(other => other != lane)) other.Share(lane);
    }
}
