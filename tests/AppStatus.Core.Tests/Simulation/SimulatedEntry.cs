using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>A balancer's entry for a host, as it truly is.</summary>
internal sealed class SimulatedEntry(string name, PoolKey pool, SimulatedHost host)
{
    public string Name { get; } = name;

    public PoolKey Pool { get; } = pool;

    public SimulatedHost Host { get; } = host;

    public TrafficState State { get; set; }

    public int? Weight { get; set; }

    public bool Monitored { get; set; }

    /// <summary>What the monitor last found.</summary>
    public bool Up { get; set; } = true;

    /// <summary>It was enabled a moment ago, and its monitor has not answered yet.</summary>
    public bool Checking { get; set; }

    public bool Removed { get; set; }

    /// <summary>When its last connection ends, counted on the clock; only a member that is out of new traffic becomes idle.</summary>
    public TimeSpan IdleAt { get; set; }

    /// <summary>An operator's hand was on it during the run.</summary>
    public bool TouchedByHand { get; set; }

    /// <summary>When a hand was last on it.</summary>
    public TimeSpan HandAt { get; set; }

    /// <summary>What a hand has set it to since our last write; null: nothing.</summary>
    public TrafficState? HandState { get; set; }

    /// <summary>When it last ceased to serve by no doing of ours.</summary>
    public TimeSpan? LostAt { get; set; }

    /// <summary>A write to it of ours failed, or its answer was lost.</summary>
    public bool WriteFailed { get; set; }

    public bool Serving => !Removed && State == TrafficState.Enabled && Weight != 0 && (!Monitored || (Up && !Checking));

    private MemberHealth Health => !Monitored || Checking ? MemberHealth.Unknown : Up ? MemberHealth.Up : MemberHealth.Down;

    public PoolMember Snapshot(TimeSpan now, bool counted) => new()
    {
        Name = Name,
        ComputerName = Host.Name,
        Pool = Pool.Pool,
        Balancer = Pool.Balancer,
        Address = Host.Address,
        Port = Host.Port,
        State = State,
        NativeState = Host.Status,
        Health = Health,
        Weight = Weight,
        Serving = Serving,
        Connections = !counted ? null : State == TrafficState.Enabled || now < IdleAt ? 3 : 0,
    };
}
