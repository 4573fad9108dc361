using System.Text.Json.Serialization;

namespace AppStatus.Core.Balancers;

/// <summary>A balancer's entry for an instance, as it was when it was read.</summary>
public sealed record PoolMember
{
    /// <summary>The balancer's own name for it, unique in the pool (F5 <c>10.1.1.1:80</c>, HAProxy <c>web01</c>).</summary>
    public required string Name { get; init; }

    /// <summary>The host's name where the balancer knows one, else its address.</summary>
    public string ComputerName { get; init; } = "";

    public required string Pool { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }

    public TrafficState State { get; init; }

    public MemberHealth Health { get; init; }

    /// <summary>The balancer's words for the health; empty where it gives none.</summary>
    public string HealthReason { get; init; } = "";

    /// <summary>Live connections (or requests in flight); null where the balancer does not count them. AWS tells only when a drain is over: 0.</summary>
    public long? Connections { get; init; }

    /// <summary>What it was given since the balancer began to count: requests by HAProxy, connections by an F5. Null where nobody counts, and in journals.</summary>
    [JsonIgnore]
    public long? Requests { get; init; }

    /// <summary>Those that ended in an error or without an answer; null where nobody counts, and in journals.</summary>
    [JsonIgnore]
    public long? Errors { get; init; }

    /// <summary>Native and absolute: a ratio of 1–100 on F5, 0–256 on HAProxy, on AWS the target group's 0–999; null where there are no weights.</summary>
    public int? Weight { get; init; }

    /// <summary>The percentage (0–100) of the pool's traffic that the weights give this member now.</summary>
    public double? Share { get; init; }

    /// <summary>The <see cref="IBalancer.Id"/> of the balancer that it was read from.</summary>
    public required string Balancer { get; init; }

    /// <summary>The instance itself: https on port 443, else http.</summary>
    public Uri Uri => InstanceUri.Of(Address, Port);

    /// <summary>
    /// Counts towards capacity: enabled (its node too), weight above 0, in an active priority group, and Up, or Unknown
    /// only because it has no monitor. A member that is draining, being checked for the first time, or unreadable does not.
    /// </summary>
    public bool Serving { get; init; }

    /// <summary>It gets traffic only when others can't: a backup server, or one of a priority group that is not active.</summary>
    [JsonInclude]
    internal bool Standby { get; init; }

    /// <summary>Enabled, and set up to get a share of the traffic while it is healthy: what a percentage of a pool counts.</summary>
    internal bool TakesPart => State == TrafficState.Enabled && Weight != 0 && !Standby;

    /// <summary>The connection that it was read over; lost when the object is serialized, then found again by <see cref="Balancer"/>.</summary>
    internal IBalancer? Source { get; init; }

    /// <summary>The balancer's own word for the state, where it has more of them than <see cref="TrafficState"/>: a restore goes back to it.</summary>
    [JsonInclude]
    internal string NativeState { get; init; } = "";

    /// <summary>Two members with one key are one instance.</summary>
    internal string InstanceKey => $"{Address}:{Port}";

    /// <summary><c>web/web01</c>; where names are full paths of their own, <c>/Common/web /Common/10.1.1.1:80</c>.</summary>
    public override string ToString() => Name.StartsWith("/", StringComparison.Ordinal) ? $"{Pool} {Name}" : $"{Pool}/{Name}";
}
