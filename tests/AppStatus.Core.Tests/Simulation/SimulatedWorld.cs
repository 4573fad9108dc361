using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>Hosts, pools and what truly goes on in them. It outlives whoever deploys into it.</summary>
internal sealed class SimulatedWorld(ManualTimeProvider clock, Dice dice)
{
    public ManualTimeProvider Clock { get; } = clock;

    public Dice Dice { get; } = dice;

    public List<SimulatedHost> Hosts { get; } = [];

    public Dictionary<PoolKey, List<SimulatedEntry>> Pools { get; } = [];

    public Dictionary<string, IBalancer> Balancers { get; } = new(StringComparer.Ordinal);

    /// <summary>How late a monitor learns of a host's health.</summary>
    public TimeSpan MonitorLag { get; init; }

    /// <summary>How long a monitored member is checked after it was enabled, before it serves.</summary>
    public TimeSpan Recheck { get; init; }

    /// <summary>How long connections go on after a drain.</summary>
    public (double Least, double Most) DrainSeconds { get; init; }

    /// <summary>Writes and deploys that have not come back. A read may outlast whoever left it.</summary>
    public int CallsUnderWay { get; set; }

    /// <summary>Hears of each change that a deployment made: the entry, whether it served before, and its state before.</summary>
    public Action<SimulatedEntry, bool, TrafficState>? Written { get; set; }

    /// <summary>Hears of each weight that a deployment has set.</summary>
    public Action<SimulatedEntry>? Weighed { get; set; }

    /// <summary>Hears of each switch that a deployment has made: the server, and the pool that it had.</summary>
    public Action<SimulatedServer, string>? Switched { get; set; }

    /// <summary>By name.</summary>
    public Dictionary<string, SimulatedServer> Servers { get; } = new(StringComparer.Ordinal);

    public Action<SimulatedHost, int>? DeployBegun { get; set; }

    public IEnumerable<SimulatedEntry> Entries => Pools.Values.SelectMany(pool => pool);

    public SimulatedHost Host(string key) => Hosts.First(host => host.Key == key);

    public IReadOnlyList<PoolMember> Read(PoolKey pool, bool counted) =>
        [.. Pools[pool].Where(entry => !entry.Removed).Select(entry => entry.Snapshot(Clock.Elapsed, counted))];

    /// <summary>A change that the deployment makes.</summary>
    /// <param name="said">The member as it was named: where a status stands for the state, its own says to which a drain goes.</param>
    public void Write(SimulatedEntry entry, TrafficState state, PoolMember said)
    {
        bool served = entry.Serving;
        TrafficState before = entry.State;
        if (entry.Host.Status.Length > 0)
        {
            entry.Host.Status = state == TrafficState.Enabled ? "ready" : said.NativeState == "stage" && said.State != TrafficState.Enabled ? "stage" : "stand-by";
            state = state == TrafficState.Enabled ? state : TrafficState.Draining;
        }

        SetState(entry, state);
        Written?.Invoke(entry, served, before);
        entry.HandState = null;
    }

    /// <summary>A weight that the deployment sets.</summary>
    public void Weigh(SimulatedEntry entry, int weight, bool wholePool)
    {
        foreach (SimulatedEntry one in wholePool ? Pools[entry.Pool] : [entry]) one.Weight = weight;
        Weighed?.Invoke(entry);
    }

    /// <summary>A switch that the deployment makes.</summary>
    public void Switch(SimulatedServer server, string pool)
    {
        string before = server.Pool;
        server.Pool = pool;
        Switched?.Invoke(server, before);
    }

    /// <summary>A change that an operator makes.</summary>
    public void ByHand(SimulatedEntry entry, Action change)
    {
        TrafficState before = entry.State;
        entry.TouchedByHand = true;
        entry.HandAt = Clock.Elapsed;
        Disturb(entry, change);
        if (entry.State != before) entry.HandState = entry.State;
    }

    public void SetState(SimulatedEntry entry, TrafficState state)
    {
        if (entry.State == state) return;
        if (entry.State == TrafficState.Enabled) entry.IdleAt = Clock.Elapsed + Dice.Seconds(DrainSeconds.Least, DrainSeconds.Most);
        entry.State = state;
        if (state == TrafficState.Enabled && entry.Host.SickensInTraffic is { } soon) After(soon, () => Sicken(entry.Host));
        if (state != TrafficState.Enabled || !entry.Monitored || Recheck == TimeSpan.Zero) return;
        entry.Checking = true;
        After(Recheck, () => entry.Checking = false);
    }

    /// <summary>The host's health changes; its monitors see so a little later.</summary>
    public void SetHealth(SimulatedHost host, bool healthy)
    {
        host.Healthy = healthy;
        foreach (SimulatedEntry entry in host.Entries)
            After(MonitorLag, () => Disturb(entry, () => entry.Up = host.Healthy));
    }

    public void After(TimeSpan delay, Action happens)
    {
        if (delay <= TimeSpan.Zero) happens();
        else Clock.CreateTimer(_ => happens(), null, delay, Timeout.InfiniteTimeSpan);
    }

    private void Sicken(SimulatedHost host)
    {
        if (host.Version != "1.0" && host.Entries.Any(entry => entry.State == TrafficState.Enabled)) SetHealth(host, healthy: false);
    }

    private void Disturb(SimulatedEntry entry, Action change)
    {
        bool served = entry.Serving;
        change();
        if (served && !entry.Serving) entry.LostAt = Clock.Elapsed;
    }
}
