using System.Text.Json;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>One seed: a deployment whose drivers die, are stopped, paused and robbed of their lease, until one brings it to its end, or undoes it.</summary>
internal sealed class Campaign
{
    private const int MostLives = 7;
    private static readonly DateTimeOffset Epoch = new ManualTimeProvider().GetUtcNow();
    private readonly Scenario _scenario;
    private readonly SimulatedWorld _world;
    private readonly MemoryStore _store;
    private readonly DeploymentPlan _plan;
    private readonly Dictionary<(string Release, string Host), int> _attempts = [];

    private Campaign(int seed, int? diesAt)
    {
        _scenario = ScenarioFactory.Of(seed, calm: seed % 3 != 0 ? true : null);
        _world = _scenario.World;
        _store = new MemoryStore(_world);
        _plan = CampaignPlan.Of(_scenario);
        _world.Written = OnWritten;
        _world.DeployBegun = OnDeploy;
        FirstDiesAt = diesAt;
    }

    public List<string> Violations => _store.Violations;

    public int Lives { get; private set; }

    private int? FirstDiesAt { get; }

    private Dice Dice => _world.Dice;

    private bool Calm => _scenario.Calm;

    /// <param name="diesAt">The boundary at which the first driver dies; null: the dice tell.</param>
    public static Campaign Of(int seed, int? diesAt = null)
    {
        // Without a context everything that waits on the clock goes on inline, on this thread, in one order.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var campaign = new Campaign(seed, diesAt);
            campaign.Play();
            return campaign;
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public string Transcript(int last) => string.Join("\n", _store.Ids.SelectMany(id => _store.Read(id).Skip(1).Select(record => (id, record))).TakeLast(last).Select(entry =>
        $"  {entry.id[^2..]} {(entry.record.At - Epoch).TotalSeconds,9:0.000} {JsonSerializer.Serialize(entry.record.Event, JournalJson.Default.JournalEvent)}"));

    private void Play()
    {
        bool undo = Dice.Chance(0.4);
        DeploymentResult? result = Live(driver => driver.RunAsync(_plan, TimeSpan.Zero, CancellationToken.None), disturbed: true, FirstDiesAt);
        if (_store.Ids.Count == 0) result = Live(driver => driver.RunAsync(_plan, TimeSpan.Zero, CancellationToken.None), disturbed: false);
        string id = _store.Ids[0];
        if (_store.Ids.Count > 1 && RunState.Fold(_store.Read(id)).State == DeploymentState.Stopped) Violations.Add("it was stopped, and rolled back all the same");
        if (undo && _store.Ids.Count == 1) _ = Dice.Chance(0.3) ? Live(driver => driver.ResumeAsync(id, Dice.Chance(0.7), TimeSpan.Zero, CancellationToken.None), disturbed: true) : null;
        if (undo && (_store.Ids.Count == 1 || result is null)) Undo(id);
        else if (_store.Ids.Count == 1) Resume(id, result);
        foreach (string journal in _store.Ids) new JournalChecks(_store.Read(journal), Calm, Violations).Check();
    }

    private void Resume(string id, DeploymentResult? result)
    {
        for (int life = 1; life <= MostLives && result?.State is not (DeploymentState.Succeeded or DeploymentState.SucceededWithIssues); life++)
        {
            result = Live(driver => driver.ResumeAsync(id, retryFailed: true, TimeSpan.Zero, CancellationToken.None), disturbed: life < MostLives - 2) ?? result;
            // A rollback may have begun before its driver died.
            if (_store.Ids.Count > 1) return;
            if (_plan.Options.NotAfter is not null && result?.State == DeploymentState.Paused) return;
        }

        RunState state = RunState.Fold(_store.Read(id));
        if (result is not null && !state.Ended) Violations.Add($"{result.State} was reported, and the journal has no end");
        if (!Calm || _plan.Options.NotAfter is not null) return;
        if (state.State != DeploymentState.Succeeded) Violations.Add($"nothing went wrong but crashes, and it is {state.State}: {state.Halt?.Message}");
        CheckMembers();
        foreach (LaneRun lane in state.Lanes) CheckLane(lane);
    }

    private void CheckLane(LaneRun lane)
    {
        string version = _world.Host(lane.Plan.Key).Version;
        if (lane.State != LaneState.Succeeded) Violations.Add($"{lane.Plan.Instance.Name} is {lane.State}: {lane.Message}");
        if (version != "2.0") Violations.Add($"{lane.Plan.Instance.Name} runs {version}");
    }

    private void Undo(string id)
    {
        DeploymentResult? result = null;
        for (int life = 1; life <= MostLives && result?.State != DeploymentState.RolledBack; life++)
            result = Live(driver => driver.UndoAsync(id, null, TimeSpan.Zero, CancellationToken.None), disturbed: life < MostLives - 2) ?? result;

        bool whole = result?.State == DeploymentState.RolledBack;
        if (Calm && !whole) Violations.Add($"nothing went wrong but crashes, and the undo is {result?.State}: {result?.Error}");
        if (!whole) return;
        CheckMembers();
        RunState state = RunState.Fold(_store.Read(id));
        if (_plan.Options.ChecksVersion)
            foreach (LaneRun lane in state.Lanes.Where(lane => _world.Host(lane.Plan.Key).Version != "1.0")) Violations.Add($"{lane.Plan.Instance.Name} was undone, and runs {_world.Host(lane.Plan.Key).Version}");

        (int writes, int deploys, int journals) before = (_store.Writes, _attempts.Values.Sum(), _store.Ids.Count);
        Live(driver => driver.UndoAsync(id, null, TimeSpan.Zero, CancellationToken.None), disturbed: false);
        if (before != (_store.Writes, _attempts.Values.Sum(), _store.Ids.Count)) Violations.Add("undone twice, and something was changed");
    }

    // Everything that no hand was on is as it was before.
    private void CheckMembers()
    {
        foreach (PoolMember before in _plan.Pools.SelectMany(pool => pool.Members))
        {
            SimulatedEntry entry = _world.Pools[PoolKey.Of(before)].Single(candidate => candidate.Name == before.Name);
            if (!entry.TouchedByHand && entry.State != before.State) Violations.Add($"{before} was {before.State} before, and is {entry.State} in the end");
        }
    }

    /// <summary>One driver's life; null when it did not come to return a result.</summary>
    private DeploymentResult? Live(Func<DeploymentDriver, Task<DeploymentResult>> act, bool disturbed, int? diesAt = null)
    {
        Lives++;
        bool robbed = disturbed && diesAt is null && Dice.Chance(0.1);
        var life = new Life(_world, diesAt ?? (disturbed && !robbed && Dice.Chance(0.85) ? Dice.Between(1, Dice.Pick(8, 40, 120)) : null), cutsWire: Dice.Chance(0.5))
        {
            LosesLeaseAt = robbed ? _world.Clock.Elapsed + Dice.Seconds(1, 90) : null,
            TornShare = Dice.Pick(0, 0, 500, 990, 1000),
        };
        if (life.LosesLeaseAt is { } loss) _world.After(loss - _world.Clock.Elapsed, life.LoseLease);
        var application = new MortalApplication(_scenario.Application, life, _store);
        var ports = new DeploymentPorts
        {
            Balancers = _world.Balancers.ToDictionary(entry => entry.Key, entry => (IBalancer)new MortalBalancer(entry.Value, life, _store), StringComparer.Ordinal),
            Health = application, Deploy = application, BeforeDrain = application, AfterRestore = application, Observer = application, Time = _world.Clock,
        };
        if (disturbed) CampaignPlan.Speak(_world, _store);
        CampaignPlan.Approve(_world, _store, () => life.Dead);
        Task<DeploymentResult> run = act(new DeploymentDriver(_store.For(life), ports));
        Pump(run, life);
        // What a dead driver has left on its way comes to its end before another one begins, or is lost.
        while (_world.CallsUnderWay > 0 && _world.Clock.AdvanceToNext())
        {
        }

        _world.Clock.Advance(TimeSpan.FromSeconds(1) + Dice.Seconds(0, 60));
        if (life.Dead) return null;
        if (!run.IsFaulted) return run.IsCompleted ? run.Result : null;
        if (!(life.LosesLeaseAt is not null && run.Exception.InnerException is AppStatusException { Id: ErrorId.LeaseLost })) Violations.Add($"the driver threw {run.Exception.InnerException}");
        return null;
    }

    private void Pump(Task run, Life life)
    {
        TimeSpan limit = _world.Clock.Elapsed + CampaignPlan.MostTime(_plan);
        while (!run.IsCompleted && !life.Dead)
        {
            if (_world.Clock.Elapsed > limit || !_world.Clock.AdvanceToNext())
            {
                Violations.Add($"not at an end after {_world.Clock.Elapsed}");
                return;
            }
        }
    }

    private void OnDeploy(SimulatedHost host, int attempt)
    {
        _ = _attempts.TryGetValue((_store.Ids[^1], host.Key), out int last);
        if (attempt <= last) Violations.Add($"{host.Name}: deploy attempt {attempt} after attempt {last}");
        _attempts[(_store.Ids[^1], host.Key)] = attempt;
        foreach (SimulatedEntry entry in host.Entries.Where(entry => !entry.Removed && !entry.TouchedByHand && entry.State == TrafficState.Enabled && Piped(entry)))
            Violations.Add($"{_world.Clock.Elapsed.TotalSeconds:0.000} s: {host.Name} is deployed to (attempt {attempt}) while it is enabled in {entry.Pool}");
    }

    private bool Piped(SimulatedEntry entry) => _plan.Lanes.Any(lane => lane.Key == entry.Host.Key);

    // A loss by others that is younger than the oldest look that may admit, with the ways of look and write, is not our doing.
    private void OnWritten(SimulatedEntry entry, bool served, TrafficState before)
    {
        if (!served || entry.Serving) return;
        TimeSpan window = Admission.MaximumAge + (_scenario.MostLatency * 8) + TimeSpan.FromSeconds(0.1);
        int minimum = _plan.Pools.Single(pool => pool.Key == entry.Pool).MinimumHealthy;
        List<SimulatedEntry> pool = _world.Pools[entry.Pool];
        int serving = pool.Count(member => member.Serving);
        int lost = pool.Count(member => !member.Serving && member.LostAt > _world.Clock.Elapsed - window);
        if (serving + lost < minimum) Violations.Add($"{_world.Clock.Elapsed.TotalSeconds:0.000} s: {entry.Name} was taken out, which left {serving} serving in {entry.Pool}, where {minimum} must");
    }
}
