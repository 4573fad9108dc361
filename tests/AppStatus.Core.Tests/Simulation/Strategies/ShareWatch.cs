using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>What share of the traffic the canaries truly have, and what they may have at most, told from the weights and states of the world and from the journal.</summary>
internal sealed class ShareWatch(StrategyScenario scenario, List<string> violations)
{
    private const double Tolerance = 1;
    private readonly HashSet<string> _canaries = new(scenario.Canaries, StringComparer.Ordinal);
    private DeploymentPlan _plan = scenario.Plan;

    // At most so much; null: the canaries have their own weight again, like everybody.
    private double? _limit = 0;
    private double _before;
    private bool _active, _cutFailed;
    private string? _doom;

    public void OnRecord(JournalRecord record)
    {
        switch (record.Event)
        {
            case DeploymentStarted started:
                _plan = started.Plan;
                break;
            case StepStarted { Step: StepKind.Shift } started:
                _active = true;
                _doom = null;
                _cutFailed = false;
                TrafficShift shift = Shift(started.Lane);
                if (_limit is not null || !shift.Restores) _limit = Math.Max(_before, shift.Restores ? Planned() : shift.Reached);
                break;
            case StepSucceeded { Step: StepKind.Shift } succeeded when Shift(succeeded.Lane).Restores:
                _limit = null;
                _active = false;
                break;
            case StepSucceeded { Step: StepKind.Shift } succeeded:
                _before = Shift(succeeded.Lane).Reached;
                break;
            case StepSucceeded { Step: StepKind.Cut }:
                _active = false;
                _doom = null;
                _limit = _before = 0;
                Check("the canaries were cut off");
                CheckWeights("the canaries were cut off");
                break;
            case StepFailed { Step: StepKind.Cut }:
                _cutFailed = true;
                break;
            case AlertFired when _active:
                _doom ??= "an alert fired";
                break;
            case BakeEnded { Failure.Length: > 0 } when _active:
                _doom ??= "the analysis failed";
                break;
            case BakeEnded { Unhealthy.Count: > 0 } when _active:
                _doom ??= "a canary lost its health";
                break;
            case StopRequested or Halted when _active:
                _doom ??= "the run was stopped";
                break;
            case LaneEnded { State: not LaneState.Succeeded } ended when _active && _plan.Lanes.First(lane => lane.Key == ended.Lane).Shift is not null:
                _doom ??= "the share could not be given whole";
                break;
            case DeploymentEnded when _doom is not null:
                CheckGone();
                break;
        }
    }

    /// <summary>After each write: the canaries have no more than the larger of the share before and the share under way.</summary>
    public void Check(string what)
    {
        if (_limit is not { } most || _canaries.Count == 0) return;
        foreach (double share in Shares().Where(share => share > most + Tolerance)) violations.Add(FormattableString.Invariant($"{what}, which gives the canaries {share:0.##} %, where {most:0.##} may be"));
    }

    private void CheckGone()
    {
        if (_cutFailed && scenario.World.Entries.Any(entry => entry.WriteFailed || entry.Removed)) return;
        foreach (double share in Shares().Where(share => share > 0)) violations.Add(FormattableString.Invariant($"{_doom}, and at the end of the run the canaries have {share:0.##} %"));
        CheckWeights($"{_doom}, and the run has ended");
    }

    private void CheckWeights(string what)
    {
        foreach (SimulatedEntry entry in scenario.World.Entries.Where(entry => !entry.TouchedByHand && !entry.Removed && entry.Weight != scenario.Planned(entry).Weight))
            violations.Add($"{what}: {entry.Name} has the weight {entry.Weight}, and had {scenario.Planned(entry).Weight}");
    }

    // By pool of members, or over the pools where a weight is a pool's. What a hand has changed makes other shares than ours.
    private IEnumerable<double> Shares()
    {
        bool byPool = scenario.Strategy == Strategy.CanaryByPool;
        foreach (IGrouping<string, SimulatedEntry> group in scenario.World.Entries.GroupBy(entry => byPool ? entry.Pool.Balancer : entry.Pool.ToString(), StringComparer.Ordinal))
        {
            if (group.Any(entry => entry.TouchedByHand)) continue;
            SimulatedEntry[] units = byPool ? [.. group.GroupBy(entry => entry.Pool).Select(pool => pool.FirstOrDefault(entry => entry.State == TrafficState.Enabled) ?? pool.First())] : [.. group];
            double all = units.Sum(Weight), canaries = units.Where(Bears).Sum(Weight);
            if (all > 0) yield return 100 * canaries / all;
        }
    }

    private double Planned()
    {
        double all = scenario.Plan.Pools.SelectMany(pool => pool.Members).Where(member => member.State == TrafficState.Enabled).Sum(member => member.Weight ?? 0);
        double canaries = scenario.Plan.Pools.SelectMany(pool => pool.Members).Where(member => member.State == TrafficState.Enabled && _canaries.Contains(LaneRun.MemberKey(member))).Sum(member => member.Weight ?? 0);
        return all > 0 ? 100 * canaries / all : 0;
    }

    private static double Weight(SimulatedEntry entry) => entry is { Removed: false, State: TrafficState.Enabled } ? entry.Weight ?? 0 : 0;

    // What runs the release that it had is no canary, whatever it is named.
    private bool Bears(SimulatedEntry entry) => entry.Host.Version != "1.0" && _canaries.Contains($"{entry.Pool.Balancer}/{entry.Pool.Pool}/{entry.Name}");

    private TrafficShift Shift(string lane) => _plan.Lanes.First(candidate => candidate.Key == lane).Shift!;
}
