using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>Which wave is under way, and what keeps the next one from beginning: its barrier, its bake, its gate. A part of the fold.</summary>
internal sealed class WaveProgress
{
    private readonly IReadOnlyList<Wave> _waves;
    private readonly Dictionary<string, int> _waveOf = new(StringComparer.Ordinal);
    private readonly List<LaneRun> _unwatched = [];
    private readonly HashSet<LaneRun> _late = [];
    private bool _again;

    public WaveProgress(IReadOnlyList<Wave> waves)
    {
        _waves = waves;
        for (int index = 0; index < waves.Count; index++)
            foreach (Lane lane in waves[index].Lanes) _waveOf[lane.Key] = index;
    }

    /// <summary>From 0; equal to the number of waves when all are done.</summary>
    public int Index { get; private set; }

    /// <summary>Null when all are done.</summary>
    public Wave? Current => Index < _waves.Count ? _waves[Index] : null;

    /// <summary>How many lanes of the current wave have been started, in order.</summary>
    public int Started { get; private set; }

    public bool AllStarted => Current is not { } wave || Started == wave.Lanes.Count;

    public bool IsLast => Index + 1 >= _waves.Count;

    public bool Baking { get; private set; }

    public bool Baked { get; private set; }

    /// <summary>The current wave's gate was approved.</summary>
    public bool Approved { get; private set; }

    /// <summary>Lanes that succeeded since a bake last ran to its end.</summary>
    public IReadOnlyList<LaneRun> Unwatched => _unwatched;

    /// <summary>Lanes of earlier waves are tried again: the barrier holds for them, too.</summary>
    public bool CatchesUp => _late.Count > 0;

    /// <summary>The wave whose bake comes next, once no lane runs; null: none. What is tried again after the last wave is watched as that was.</summary>
    public Wave? BakeDue
    {
        get
        {
            Wave? wave = Current ?? (_unwatched.Count > 0 ? _waves[_waves.Count - 1] : null);
            return Baked || !AllStarted || wave is null || wave.Bake <= TimeSpan.Zero ? null : wave;
        }
    }

    /// <summary>Side by side, in the current wave or in what is tried again after the last.</summary>
    public int Window => _waves.Count == 0 ? 0 : _waves[Math.Min(Index, _waves.Count - 1)].Window;

    /// <summary>It belongs to a wave before the current one.</summary>
    public bool IsBefore(LaneRun lane) => _waveOf[lane.Plan.Key] < Index;

    public void Begin() => Started++;

    /// <summary>A lane is to be tried again. What is tried again is watched again.</summary>
    public void Queue(LaneRun lane)
    {
        Baked = false;
        if (!IsBefore(lane)) return;
        if (lane.Plan.Shift is null) _late.Add(lane);
        else GoBackTo(_waveOf[lane.Plan.Key]);
    }

    /// <summary>A lane has ended, or is not tried again after all.</summary>
    public void Leave(LaneRun lane)
    {
        _late.Remove(lane);
        if (lane.State == LaneState.Succeeded && !_unwatched.Contains(lane)) _unwatched.Add(lane);
    }

    public void BeginBake() => Baking = true;

    /// <param name="cutShort">It did not last, or found something bad: whoever goes on watches anew.</param>
    public void EndBake(bool cutShort)
    {
        Baking = false;
        Baked = !cutShort && !_again;
        _again = false;
        if (Baked) _unwatched.Clear();
    }

    /// <summary>What was found bad is not watched on; tried again, it is watched again.</summary>
    public void Dismiss() => _unwatched.RemoveAll(lane => lane.State != LaneState.Succeeded);

    /// <summary>What was found out meanwhile makes the rest of it needless.</summary>
    /// <param name="again">What is found good in spite of it is watched anew.</param>
    public void CutBake(bool again) => _again = Baking && again;

    /// <summary>Its driver died, so nobody saw the end of it.</summary>
    public void ForgetBake()
    {
        Baking = false;
        _again = false;
    }

    // A share that is given anew is watched and approved anew, before a larger one; nothing has begun since it was taken back.
    private void GoBackTo(int wave)
    {
        if (Started > 0) return;
        Index = wave;
        Started = _waves[wave].Lanes.Count;
        Approved = false;
    }

    public void Approve() => Approved = true;

    /// <summary>To the next wave, if nothing of this one is left; asked while no lane runs or waits to be tried again.</summary>
    public void Advance()
    {
        if (Current is not { } wave || Baking || !AllStarted || (!Baked && wave.Bake > TimeSpan.Zero) || (!Approved && (wave.NeedsApproval || wave.Holds))) return;
        Index++;
        Started = 0;
        Baked = false;
        Approved = false;
    }
}
