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
    private readonly Dictionary<string, JournalChecks> _checks = new(StringComparer.Ordinal);
    private readonly List<Task> _leaving = [];
    private readonly bool _meddled;
    private Life? _life;
    private TimeSpan _lifeBegan;

    private Campaign(int seed, int? diesAt)
    {
        _scenario = ScenarioFactory.Of(seed, calm: seed % 4 != 0 ? true : null);
        _meddled = seed % 4 == 2;
        _world = _scenario.World;
        _store = new MemoryStore(_world) { Written = OnRecord };
        _plan = CampaignPlan.Of(_scenario);
        _world.Written = OnWritten;
        _world.DeployBegun = OnDeploy;
        FirstDiesAt = diesAt;
    }

    public List<string> Violations => _store.Violations;

    public int Lives { get; private set; }

    private int? FirstDiesAt { get; }

    private Dice Dice => _world.Dice;

    private bool Calm => _scenario.Calm && !_meddled;

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
        DeploymentResult? result = Live((driver, stop) => driver.RunAsync(_plan, TimeSpan.Zero, stop), disturbed: true, FirstDiesAt);
        if (_store.Ids.Count == 0) result = Live((driver, stop) => driver.RunAsync(_plan, TimeSpan.Zero, stop), disturbed: false);
        string id = _store.Ids[0];
        if (_store.Ids.Count > 1 && RunState.Fold(_store.Read(id)).State == DeploymentState.Stopped) Violations.Add("it was stopped, and rolled back all the same");
        if (undo && _store.Ids.Count == 1) _ = Dice.Chance(0.3) ? Live((driver, stop) => driver.ResumeAsync(id, Dice.Chance(0.7), TimeSpan.Zero, stop), disturbed: true) : null;
        if (undo && (_store.Ids.Count == 1 || result is null)) Undo(id);
        else if (_store.Ids.Count == 1 && Dice.Chance(0.1)) Close(id);
        else if (_store.Ids.Count == 1) Resume(id, result);
        _world.Clock.Advance(TimeSpan.FromSeconds(30));
        foreach (Task run in _leaving.Where(run => !IsLeaseLost(run))) Violations.Add($"a driver that lost its lease is {run.Status}: {run.Exception?.InnerException}");
        foreach (string journal in _store.Ids) _ = _store.Read(journal);
    }

    private void Resume(string id, DeploymentResult? result)
    {
        for (int life = 1; life <= MostLives && result?.State is not (DeploymentState.Succeeded or DeploymentState.SucceededWithIssues); life++)
        {
            result = Live((driver, stop) => driver.ResumeAsync(id, retryFailed: true, TimeSpan.Zero, stop), disturbed: life < MostLives - 2) ?? result;
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
            result = Live((driver, stop) => driver.UndoAsync(id, null, TimeSpan.Zero, stop), disturbed: life < MostLives - 2) ?? result;

        bool whole = result?.State == DeploymentState.RolledBack;
        if (Calm && !whole) Violations.Add($"nothing went wrong but crashes, and the undo is {result?.State}: {result?.Error}");
        RunState state = RunState.Fold(_store.Read(id));
        if (result is not null && whole != state.UndoneBy.Length > 0) Violations.Add($"the undo is {result.State}, and its journal says it was undone by '{state.UndoneBy}'");
        if (!whole) return;
        CheckMembers();
        if (_plan.Options.ChecksVersion)
            foreach (LaneRun lane in state.Lanes.Where(lane => _world.Host(lane.Plan.Key).Version != "1.0")) Violations.Add($"{lane.Plan.Instance.Name} was undone, and runs {_world.Host(lane.Plan.Key).Version}");

        (int writes, int deploys, int journals) before = (_store.Writes, _attempts.Values.Sum(), _store.Ids.Count);
        result = Live((driver, stop) => driver.UndoAsync(id, null, TimeSpan.Zero, stop), disturbed: false);
        if (result?.State != DeploymentState.RolledBack) Violations.Add($"undone twice, it is {result?.State}");
        if (before != (_store.Writes, _attempts.Values.Sum(), _store.Ids.Count)) Violations.Add("undone twice, and something was changed");
    }

    // What was only drained is back, what was deployed to is out, nothing new was begun, and nothing is in the way of others.
    private void Close(string id)
    {
        bool returned = false;
        for (int life = 1; life <= MostLives && !returned; life++)
            returned = Live((driver, stop) => driver.CloseAsync(id, "", stop), disturbed: life < MostLives - 2) is not null;

        RunState state = RunState.Fold(_store.Read(id));
        if (!returned || !state.IsClosed || !state.IsSettled || !state.Ended) Violations.Add($"it was closed, and is {state.State}, closed: {state.IsClosed}");
        if (!Calm) return;
        foreach (LaneRun lane in state.Lanes.Where(lane => !lane.DeployStarted))
            foreach (SimulatedEntry entry in _world.Host(lane.Plan.Key).Entries.Where(entry => entry.State != TrafficState.Enabled))
                Violations.Add($"{entry.Pool}/{entry.Name} was not deployed to, and closed it is {entry.State}");
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
    private DeploymentResult? Live(Func<DeploymentDriver, CancellationToken, Task<DeploymentResult>> act, bool disturbed, int? diesAt = null)
    {
        Lives++;
        _lifeBegan = _world.Clock.Elapsed;
        bool robbed = disturbed && diesAt is null && Dice.Chance(0.1);
        var life = new Life(_world, diesAt ?? (disturbed && !robbed && Dice.Chance(0.85) ? Dice.Between(1, Dice.Pick(8, 40, 120)) : null), cutsWire: Dice.Chance(0.5))
        {
            LosesLeaseAt = robbed ? _world.Clock.Elapsed + Dice.Seconds(1, 90) : null,
            // What is on its way to a slow disk may be overtaken by the loss.
            JournalLatency = robbed ? () => Dice.Seconds(0, 1) : _scenario.JournalLatency,
            TornShare = Dice.Pick(0, 0, 500, 990, 1000),
        };
        _life = life;
        if (life.LosesLeaseAt is { } loss) _world.After(loss - _world.Clock.Elapsed, life.LoseLease);
        var application = new MortalApplication(_scenario.Application, life, _store);
        var ports = new DeploymentPorts
        {
            Balancers = _world.Balancers.ToDictionary(entry => entry.Key, entry => (IBalancer)new MortalBalancer(entry.Value, life, _store), StringComparer.Ordinal),
            Health = application, Deploy = application, BeforeDrain = application, AfterRestore = application, Observer = application, Time = _world.Clock,
        };
        if (disturbed) CampaignPlan.Speak(_world, _store);
        if (disturbed && !robbed && Dice.Chance(0.1)) _world.After(Dice.Seconds(1, 90), life.Stop.Cancel);
        CampaignPlan.Approve(_world, _store, () => life.Dead);
        Task<DeploymentResult> run = act(new DeploymentDriver(_store.For(life), ports), life.Stop.Token);
        bool overtaken = robbed && Dice.Chance(0.5);
        Pump(run, life, overtaken);
        if (overtaken && !run.IsCompleted)
        {
            // The next one takes over at once, while this one still comes to its end.
            _leaving.Add(run);
            return null;
        }

        // What a dead driver has left on its way comes to its end before another one begins, or is lost.
        while (_world.CallsUnderWay > 0 && _world.Clock.AdvanceToNext())
        {
        }

        if (_meddled && Dice.Chance(0.7)) Disturbances.Meddle(_world);
        _world.Clock.Advance(TimeSpan.FromSeconds(1) + Dice.Seconds(0, 60));
        if (life.Dead) return null;
        if (!run.IsFaulted) return run.IsCompleted ? run.Result : null;
        if (!(robbed && IsLeaseLost(run))) Violations.Add($"the driver threw {run.Exception.InnerException}");
        return null;
    }

    private static bool IsLeaseLost(Task run) => run.Exception?.InnerException is AppStatusException { Id: ErrorId.LeaseLost };

    private void Pump(Task run, Life life, bool overtaken)
    {
        TimeSpan limit = _world.Clock.Elapsed + CampaignPlan.MostTime(_plan);
        while (!run.IsCompleted && !life.Dead && !(overtaken && life.LeaseLost))
        {
            if (_world.Clock.Elapsed > limit || !_world.Clock.AdvanceToNext())
            {
                Violations.Add($"not at an end after {_world.Clock.Elapsed}");
                return;
            }
        }
    }

    private void OnRecord(string id, JournalRecord record)
    {
        if (record.Event is DeploymentStarted { Plan: var plan })
        {
            _checks[id] = new JournalChecks(plan, Calm, Violations);
            if (plan.Undoes.Length > 0) CheckUndo(plan);
            if (_life!.Stop.IsCancellationRequested) Violations.Add($"{plan.Strategy} was begun by a driver that was stopped");
        }

        _checks[id].Follow(record);
    }

    // The way back keeps the limits of the way there, and first takes up what is out already.
    private void CheckUndo(DeploymentPlan undo)
    {
        int window = _plan.Waves.Max(wave => wave.Window);
        if (undo.Waves.Any(wave => wave.Window > window)) Violations.Add($"the undo has a window wider than {window}");
        if (!undo.Pools.Select(pool => (pool.Key, pool.MinimumHealthy)).SequenceEqual(_plan.Pools.Select(pool => (pool.Key, pool.MinimumHealthy)))) Violations.Add("the undo keeps other minima");
        // Of what is not known nothing is asked.
        bool[] serve = [.. undo.Lanes.Select(lane => new LaneRun(lane)).Where(lane => !lane.Left.Values.Contains(null)).Select(lane => lane.MayGetTraffic)];
        if (!serve.SequenceEqual(serve.OrderBy(serves => serves))) Violations.Add("the undo takes out members that serve before it takes up those that are out");
    }

    private void OnDeploy(SimulatedHost host, int attempt)
    {
        _ = _attempts.TryGetValue((_store.Ids[^1], host.Key), out int last);
        if (attempt <= last) Violations.Add($"{host.Name}: deploy attempt {attempt} after attempt {last}");
        _attempts[(_store.Ids[^1], host.Key)] = attempt;
        if (!_checks[_store.Ids[^1]].Deploys(host)) Violations.Add($"{_world.Clock.Elapsed.TotalSeconds:0.000} s: {host.Name} is deployed to without a journaled step");
        foreach (SimulatedEntry entry in host.Entries.Where(entry => !entry.Removed && entry.State == TrafficState.Enabled && Piped(entry) && !Excused(entry)))
            Violations.Add($"{_world.Clock.Elapsed.TotalSeconds:0.000} s: {host.Name} is deployed to (attempt {attempt}) while it is enabled in {entry.Pool}");
    }

    // By a hand while this driver lives, or where it had been taken out by one: that nobody can prevent.
    private bool Excused(SimulatedEntry entry) => entry.TouchedByHand &&
        (entry.HandAt >= _lifeBegan || RunState.Fold(_store.Read(_store.Ids[^1]))[entry.Host.Key].Plan.Memberships.Any(member => PoolKey.Of(member) == entry.Pool && member.State != TrafficState.Enabled));

    private bool Piped(SimulatedEntry entry) => _plan.Lanes.Any(lane => lane.Key == entry.Host.Key);

    // A loss by others that is younger than the oldest look that may admit, with the ways of look and write, is not our doing.
    private void OnWritten(SimulatedEntry entry, bool served, TrafficState before)
    {
        if (_checks[_store.Ids[^1]].Forbids(entry) is { } why) Violations.Add($"{_world.Clock.Elapsed.TotalSeconds:0.000} s: {entry.Pool}/{entry.Name} was set from {before} to {entry.State}: {why}");
        if (!served || entry.Serving) return;
        TimeSpan window = Admission.MaximumAge + (_scenario.MostLatency * 8) + TimeSpan.FromSeconds(0.1);
        int minimum = _plan.Pools.Single(pool => pool.Key == entry.Pool).MinimumHealthy;
        List<SimulatedEntry> pool = _world.Pools[entry.Pool];
        int serving = pool.Count(member => member.Serving);
        int lost = pool.Count(member => !member.Serving && member.LostAt > _world.Clock.Elapsed - window);
        if (serving + lost < minimum) Violations.Add($"{_world.Clock.Elapsed.TotalSeconds:0.000} s: {entry.Name} was taken out, which left {serving} serving in {entry.Pool}, where {minimum} must");
    }
}
