using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>A large world in which nothing fails and every answer comes at once: what is left is the time that the work itself takes, and the engine's own cost.</summary>
internal sealed class IdealWorld : IBalancer, IHealthProbe, IDeployAction, IDeploymentObserver
{
    private readonly Dictionary<string, PoolMember[]> _pools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TimeSpan Drain, TimeSpan Deploy)> _times = new(StringComparer.Ordinal);

    public IdealWorld(int pools, int membersEach)
    {
        var dice = new Dice(7);
        for (int pool = 0; pool < pools; pool++)
        {
            string name = $"pool{pool:000}";
            _pools[name] = [.. Enumerable.Range(0, membersEach).Select(number => Member(name, $"10.{pool}.{number / 250}.{number % 250}"))];
            for (int place = 0; place < membersEach; place++)
            {
                _places[_pools[name][place].Name] = place;
                _times[_pools[name][place].Address] = (dice.LogNormal(8, 0.6), dice.LogNormal(60, 0.5));
            }
        }
    }

    public ManualTimeProvider Clock { get; } = new();

    public string Id => "lb1";

    public BalancerCapabilities Capabilities => BalancerCapabilities.ConnectionCounts;

    public IEnumerable<PoolMember> Members => _pools.Values.SelectMany(pool => pool);

    /// <summary>What no driver can avoid on each host, in the plan's order: its drain, its deploy, and the time that health must last.</summary>
    public IEnumerable<TimeSpan> Unavoidable(DeploymentPlan plan) =>
        plan.Waves.SelectMany(wave => wave.Lanes).Select(lane => _times[lane.Instance.Address].Drain + _times[lane.Instance.Address].Deploy + plan.Options.Stable);

    public DeploymentPlan Plan(DeploymentOptions options)
    {
        // One of each pool after the other, so that a wide window takes a little of each.
        IEnumerable<PoolMember> spread = _pools.Values.SelectMany(pool => pool.Select((member, place) => (member, place))).OrderBy(entry => entry.place).Select(entry => entry.member);
        ObservedInstance[] instances = [.. spread.Select(member => new ObservedInstance(
            member.InstanceKey, new Instance { Name = member.Name, Address = member.Address, Port = member.Port, Uri = member.Uri, Version = "1.0", PreviousRelease = "1.0", ExpectedVersion = "2.0" }, member.Uri, [member], Healthy: true))];
        return RollingPlanner.Plan(options, new PlanningInput(instances, _pools.ToDictionary(pool => new PoolKey(Id, pool.Key), pool => (IReadOnlyList<PoolMember>)[.. pool.Value]))).Plan!;
    }

    /// <summary>Runs the plan to its end on the clock; needs a thread without a synchronization context.</summary>
    public RunState Run(DeploymentPlan plan, IJournal journal)
    {
        var state = new RunState(plan);
        Task run = RunAsync(plan, state, journal);
        while (!run.IsCompleted && Clock.AdvanceToNext())
        {
        }

        run.GetAwaiter().GetResult();
        return state;
    }

    public Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        _shared.Add(pool);
        return Task.FromResult<IReadOnlyList<PoolMember>>(_pools[pool]);
    }

    public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        bool enabled = state == TrafficState.Enabled;
        PoolMember now = Change(member, old => old with { State = state, Serving = enabled, Connections = 5 });
        if (!enabled) Clock.CreateTimer(_ => Change(member, old => old with { Connections = 0 }), null, _times[member.Address].Drain, Timeout.InfiniteTimeSpan);
        return Task.FromResult(now);
    }

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken) =>
        Task.FromResult(new HealthReading(Healthy: true, "2.0", RunsExpected: true, "200"));

    public Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken) =>
        Clock.DelayAsync(_times[instance.Address].Deploy, cancellationToken);

    public void OnRecord(JournalRecord record, RunState state)
    {
    }

    public void OnReport(Lane lane, string text)
    {
    }

    private async Task RunAsync(DeploymentPlan plan, RunState state, IJournal journal)
    {
        foreach (JournalRecord record in await journal.AppendAsync([new DeploymentStarted("d1", plan, "host", "user", 1)], CancellationToken.None).ConfigureAwait(false)) state.Apply(record);
        var health = new HealthGate(this, Clock);
        var pools = new PoolReader(new Dictionary<string, IBalancer> { [Id] = this }, Clock);
        using var runner = new DeploymentRunner(
            state, journal, StepHandlers.Of(plan.Options, pools, health, this, null, null, Clock), health, judge: null, watch: null, pools, Clock, this);
        await runner.RunAsync(CancellationToken.None, CancellationToken.None).ConfigureAwait(false);
    }

    // What was handed out stays as it was: a change after it copies the pool first.
    private PoolMember Change(PoolMember member, Func<PoolMember, PoolMember> change)
    {
        if (_shared.Remove(member.Pool)) _pools[member.Pool] = [.. _pools[member.Pool]];
        PoolMember[] pool = _pools[member.Pool];
        int index = _places[member.Name];
        return pool[index] = change(pool[index]);
    }

    private static PoolMember Member(string pool, string address) => new()
    {
        Name = address, Pool = pool, Balancer = "lb1", Address = address, Port = 8080, Health = MemberHealth.Up, Serving = true, Connections = 5,
    };
}
