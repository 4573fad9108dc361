using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>One parent bar (percent, time left, capacity), and one for each lane in flight.</summary>
internal sealed class DeploymentProgress(IPipelineWriter output)
{
    private const int ParentId = 7301; // beside the bars of the caller's own script

    private readonly Dictionary<string, int> _bars = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, ProgressReport> _shown = [];
    private RunState? _state;

    public void Show(RunState state)
    {
        _state = state;
        int total = state.Lanes.Count, done = state.Lanes.Count(lane => lane.Ended is not null);
        string pools = string.Join(", ", state.Plan.Pools.Select(pool => pool.Pool).Distinct(StringComparer.Ordinal));
        Put(new ProgressReport(ParentId, $"{state.Plan.Strategy} deployment {state.Plan.Release} {pools}".TrimEnd(), Status(state, done, total))
        {
            PercentComplete = total == 0 ? 100 : 100 * done / total,
            SecondsRemaining = Remaining(state, done, total),
            Completed = state.Ended,
        });

        foreach (string ended in _bars.Keys.Where(key => state.InFlight.All(lane => lane.Plan.Key != key)).ToArray()) Hide(ended);
        if (!state.Ended) foreach (LaneRun lane in state.InFlight) Draw(lane, "");
    }

    public void Report(Lane lane, string text)
    {
        if (_state is null || _state.Ended || _state[lane.Key] is not { State: LaneState.Running } run) return;
        Draw(run, text);
    }

    /// <summary>
    /// Says again what stands. A console draws at most five times a second and leaves out what comes in between: without
    /// this, a lane would seem to drain for as long as its deploy runs.
    /// </summary>
    public void Repeat()
    {
        foreach (ProgressReport report in _shown.Values) output.WriteProgress(report);
    }

    private void Put(ProgressReport report)
    {
        if (report.Completed) _shown.Remove(report.Id);
        else _shown[report.Id] = report;
        output.WriteProgress(report);
    }

    private void Draw(LaneRun lane, string text)
    {
        if (!_bars.TryGetValue(lane.Plan.Key, out int bar))
        {
            bar = Enumerable.Range(ParentId + 1, _bars.Count + 1).First(free => !_bars.ContainsValue(free));
            _bars[lane.Plan.Key] = bar;
        }

        int steps = lane.Plan.Steps.Count, done = lane.Steps.Count(step => step.Succeeded);
        string step = lane.Current is null ? "" : $"{lane.Current.Kind}{(text.Length > 0 ? ": " + text : "")}";
        Put(new ProgressReport(bar, lane.Plan.Instance.Name, step) { ParentId = ParentId, PercentComplete = Math.Min(100, 100 * done / steps) });
    }

    private void Hide(string lane)
    {
        Put(new ProgressReport(_bars[lane], lane, "done") { ParentId = ParentId, Completed = true });
        _bars.Remove(lane);
    }

    private static string Status(RunState state, int done, int total)
    {
        string failures = state.Failures == 0 ? "" : $", {state.Failures} failed";
        string capacity = state.Plan.Pools.Count == 0 ? "" : $"; {state.LowestCapacity} serving at the lowest, {state.Plan.Pools.Max(pool => pool.MinimumHealthy)} needed";
        return FormattableString.Invariant($"{done} of {total} done") + failures + capacity;
    }

    // What the lanes so far took, for those that are left, so many side by side.
    private static int Remaining(RunState state, int done, int total)
    {
        LaneRun[] ended = state.Lanes.Where(lane => lane.State == LaneState.Succeeded).ToArray();
        if (ended.Length == 0 || state.Waves.Current is not { } wave) return -1;
        double mean = ended.Average(lane => (lane.Ended!.Value - lane.Steps[0].Started).TotalSeconds);
        return (int)Math.Ceiling(mean * (total - done) / wave.Window);
    }
}
