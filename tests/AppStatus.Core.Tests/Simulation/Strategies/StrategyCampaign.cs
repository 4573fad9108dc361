using System.Text.Json;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Tests.Simulation.Crashes;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>One seed of a strategy: its drivers die, are stopped and told to wait, until one brings it to its end, holds, or undoes it.</summary>
internal sealed class StrategyCampaign
{
    private const int MostLives = 8;
    private static readonly DateTimeOffset Epoch = new ManualTimeProvider().GetUtcNow();
    private readonly StrategyScenario _scenario;
    private readonly SimulatedWorld _world;
    private readonly MemoryStore _store;
    private readonly StrategyWatch _watch;
    private readonly int? _firstDiesAt;
    private readonly Dictionary<string, GateWatch> _gates = new(StringComparer.Ordinal);
    private SimulatedJudge? _judge;

    private StrategyCampaign(StrategyScenario scenario, int? firstDiesAt)
    {
        _scenario = scenario;
        _firstDiesAt = firstDiesAt;
        _world = scenario.World;
        _store = new MemoryStore(_world) { Written = OnRecord };
        _watch = new StrategyWatch(scenario, _store.Violations);
        _world.Written = _watch.OnWritten;
        _world.Weighed = _watch.OnWeighed;
        _world.Switched = _watch.OnSwitched;
        _world.DeployBegun = _watch.OnDeploy;
    }

    public IReadOnlyList<string> Violations => _store.Violations;

    public StrategyScenario Scenario => _scenario;

    public int Lives { get; private set; }

    /// <summary>How many records its journals have.</summary>
    public int Records => _store.Ids.Sum(id => _store.Read(id).Count);

    private Dice Dice => _world.Dice;

    /// <param name="diesAt">The boundary at which the first driver dies; null: the dice tell.</param>
    /// <returns>Null: nothing could be planned in the seed's world.</returns>
    public static StrategyCampaign? Of(int seed, int? diesAt = null)
    {
        // Without a context everything that waits on the clock goes on inline, on this thread, in one order.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            if (StrategyFactory.Of(seed) is not { } scenario) return null;
            var campaign = new StrategyCampaign(scenario, diesAt);
            campaign.Play();
            return campaign;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>All that happened, but for ids, which are drawn anew each time.</summary>
    public string Story() => string.Join("\n", _store.Ids.SelectMany(_store.Read).Where(record => record.Event is not (DeploymentStarted or LanesUndone))
        .Select(record => $"{record.At:O} {JsonSerializer.Serialize(record.Event, JournalJson.Default.JournalEvent)}"));

    public string Transcript(int last) => string.Join("\n", _store.Ids.SelectMany(id => _store.Read(id).Skip(1).Select(record => (id, record))).TakeLast(last).Select(entry =>
        $"  {entry.id[^2..]} {(entry.record.At - Epoch).TotalSeconds,9:0.000} {JsonSerializer.Serialize(entry.record.Event, JournalJson.Default.JournalEvent)}"));

    private void Play()
    {
        bool undo = Dice.Chance(0.4), dies = _firstDiesAt is not null || Dice.Chance(0.6);
        DeploymentResult? result = Live((driver, stop) => driver.RunAsync(_scenario.Plan, TimeSpan.Zero, stop), disturbed: dies, _firstDiesAt);
        if (_store.Ids.Count == 0) result = Live((driver, stop) => driver.RunAsync(_scenario.Plan, TimeSpan.Zero, stop), disturbed: false);
        string id = _store.Ids[0];
        var checks = new StrategyEndChecks(_scenario, _watch, _store.Violations);
        if (_store.Ids.Count == 1 && undo) Undo(id, checks);
        else if (_store.Ids.Count == 1) Resume(id, result, checks);
        else if (result is null) Undo(id, checks);
        if (_world.CallsUnderWay != 0) _store.Violations.Add($"{_world.CallsUnderWay} calls are under way after the end");
    }

    private void Resume(string id, DeploymentResult? result, StrategyEndChecks checks)
    {
        bool retry = _scenario.Calm || Dice.Chance(0.8);
        for (int life = 1; life <= MostLives && result?.State is not (DeploymentState.Succeeded or DeploymentState.SucceededWithIssues); life++)
        {
            result = Live((driver, stop) => driver.ResumeAsync(id, retry, TimeSpan.Zero, stop), disturbed: life < MostLives - 4) ?? result;
            // A rollback may have begun before its driver died.
            if (_store.Ids.Count > 1) return;
        }

        RunState state = RunState.Fold(_store.Read(id));
        if (result is not null && !state.Ended) _store.Violations.Add($"{result.State} was reported, and the journal has no end");
        if (_scenario.Calm && state.State != DeploymentState.Succeeded) _store.Violations.Add($"nothing went wrong but crashes, and it is {state.State}: {state.Halt?.Message}");
        checks.CheckDone(state);
        if (state.State is DeploymentState.Succeeded or DeploymentState.SucceededWithIssues && _scenario.Strategy.ByStatus() && Dice.Chance(0.5)) Complete(id, state, checks);
    }

    private void Complete(string id, RunState completed, StrategyEndChecks checks)
    {
        if (!completed.IsSettled) return;
        if (!_scenario.Calm && Dice.Chance(0.3)) foreach (SimulatedEntry entry in _world.Entries.Where(entry => entry.State != TrafficState.Enabled && Dice.Chance(0.4))) _world.ByHand(entry, () => StrategyFactory.Set(_world, entry, TrafficState.Enabled));
        _world.Clock.Advance(TimeSpan.FromSeconds(20));
        DeploymentResult? result = Live((driver, stop) => driver.CompleteAsync(id, TimeSpan.Zero, stop), disturbed: false);
        if (_scenario.Calm && result?.State != DeploymentState.Succeeded) _store.Violations.Add($"nothing went wrong, and its completion is {result?.State}: {result?.Error}");
        if (result?.State == DeploymentState.Succeeded) checks.CheckCompleted(completed);
    }

    private void Undo(string id, StrategyEndChecks checks)
    {
        DeploymentResult? result = null;
        for (int life = 1; life <= MostLives && result?.State != DeploymentState.RolledBack; life++)
            result = Live((driver, stop) => driver.UndoAsync(id, null, TimeSpan.Zero, stop), disturbed: life < MostLives - 4) ?? result;

        bool whole = result?.State == DeploymentState.RolledBack;
        if (_scenario.Calm && !whole) _store.Violations.Add($"nothing went wrong but crashes, and the undo is {result?.State}: {result?.Error}");
        RunState state = RunState.Fold(_store.Read(id));
        if (result is not null && whole != state.UndoneBy.Length > 0) _store.Violations.Add($"the undo is {result.State}, and its journal says it was undone by '{state.UndoneBy}'");
        if (!whole) return;
        checks.CheckUndone();
        (int Writes, int Journals) before = (_store.Writes, _store.Ids.Count);
        result = Live((driver, stop) => driver.UndoAsync(id, null, TimeSpan.Zero, stop), disturbed: false);
        if (result?.State != DeploymentState.RolledBack) _store.Violations.Add($"undone twice, it is {result?.State}");
        if (before != (_store.Writes, _store.Ids.Count)) _store.Violations.Add("undone twice, and something was changed");
    }

    /// <summary>One driver's life; null when it did not come to return a result.</summary>
    private DeploymentResult? Live(Func<DeploymentDriver, CancellationToken, Task<DeploymentResult>> act, bool disturbed, int? diesAt = null)
    {
        Lives++;
        var life = new Life(_world, diesAt ?? (disturbed && Dice.Chance(0.8) ? Dice.Between(1, Dice.Pick(10, 40, 100)) : null), cutsWire: Dice.Chance(0.5)) { TornShare = Dice.Pick(0, 0, 500, 990, 1000) };
        _judge = _scenario.Options.HasAnalysis ? new SimulatedJudge(_world, life, _scenario.Calm, _store.Violations) : null;
        TimeSpan? alert = _scenario.AlertAfter();
        var application = new MortalApplication(_scenario.Application, life, _store);
        var ports = new DeploymentPorts
        {
            Balancers = _world.Balancers.ToDictionary(entry => entry.Key, entry => (IBalancer)new MortalBalancer(entry.Value, life, _store), StringComparer.Ordinal),
            Health = application, Deploy = application, BeforeDrain = application, AfterRestore = application, Observer = application, Time = _world.Clock,
            Judge = _judge, Watch = alert is null ? null : new SimulatedAlerts(_world, life, alert),
        };
        if (disturbed) CampaignPlan.Speak(_world, _store);
        if (disturbed && Dice.Chance(0.1)) _world.After(Dice.Seconds(1, 90), life.Stop.Cancel);
        CampaignPlan.Approve(_world, _store, () => life.Dead);
        Task<DeploymentResult> run = act(new DeploymentDriver(_store.For(life), ports), life.Stop.Token);
        TimeSpan limit = _world.Clock.Elapsed + CampaignPlan.MostTime(_scenario.Plan);
        while (!run.IsCompleted && !life.Dead)
        {
            if (_world.Clock.Elapsed <= limit && _world.Clock.AdvanceToNext()) continue;
            _store.Violations.Add($"not at an end after {_world.Clock.Elapsed}");
            break;
        }

        // What a dead driver has left on its way comes to its end before another one begins, or is lost.
        while (_world.CallsUnderWay > 0 && _world.Clock.AdvanceToNext())
        {
        }

        _world.Clock.Advance(TimeSpan.FromSeconds(1) + Dice.Seconds(0, 60));
        if (life.Dead) return null;
        if (run.IsFaulted) _store.Violations.Add($"the driver threw {run.Exception.InnerException}");
        return run.Status == TaskStatus.RanToCompletion ? run.Result : null;
    }

    private void OnRecord(string id, JournalRecord record)
    {
        if (record.Event is DeploymentStarted started) _gates[id] = new GateWatch(started.Plan, () => _judge, _store.Violations);
        // An earlier journal hears of its undo.
        if (id != _store.Ids[^1]) return;
        _gates[id].Follow(record);
        _watch.OnRecord(record);
    }
}
