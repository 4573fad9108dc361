using System.Text.Json.Serialization;
using AppStatus.Core.Balancers;

namespace AppStatus.Core.Maintenance;

/// <summary>A member that is out of traffic for maintenance: what it was before, and who took it out when and why.</summary>
public sealed record SuspendedMember
{
    /// <summary>The balancer's own name for it, unique in the pool.</summary>
    public required string Name { get; init; }

    public string ComputerName { get; init; } = "";

    public required string Pool { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }

    public required string Balancer { get; init; }

    /// <summary>The state to which a restore puts it back.</summary>
    public required TrafficState StateBefore { get; init; }

    /// <summary>The native weight to which a restore puts it back; null where there are no weights.</summary>
    public int? WeightBefore { get; init; }

    public string Reason { get; init; } = "";

    public string User { get; init; } = "";

    /// <summary>The machine that it was done from.</summary>
    public string From { get; init; } = "";

    public required DateTimeOffset SuspendedAt { get; init; }

    [JsonInclude]
    internal string NativeState { get; init; } = "";

    /// <summary>What the suspension has set, or was about to set when it ended: any other state is somebody else's doing.</summary>
    [JsonInclude]
    internal IReadOnlyList<TrafficState> StatesSet { get; init; } = [];

    public override string ToString() => ToMember().ToString();

    internal static SuspendedMember Of(PoolMember member, string reason, string user, string from, DateTimeOffset now) => new()
    {
        Name = member.Name,
        ComputerName = member.ComputerName,
        Pool = member.Pool,
        Address = member.Address,
        Port = member.Port,
        Balancer = member.Balancer,
        StateBefore = member.State,
        WeightBefore = member.Weight,
        NativeState = member.NativeState,
        StatesSet = [TrafficState.Draining],
        Reason = reason,
        User = user,
        From = from,
        SuspendedAt = now,
    };

    /// <summary>The member as it was.</summary>
    internal PoolMember ToMember() => new()
    {
        Name = Name,
        ComputerName = ComputerName,
        Pool = Pool,
        Address = Address,
        Port = Port,
        Balancer = Balancer,
        State = StateBefore,
        Weight = WeightBefore,
        NativeState = NativeState,
    };

    internal bool IsOf(PoolMember member) => Balancer == member.Balancer && Pool == member.Pool && Name == member.Name;

    /// <summary>Out of traffic since …, by whom and why, in words.</summary>
    internal string Describe()
    {
        string why = Reason.Length == 0 ? "" : $": {SafeText.Condensed(Reason)}";
        return FormattableString.Invariant($"suspended {SuspendedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC by {SafeText.Condensed(User)} on {SafeText.Condensed(From)}{why}");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SuspendedMember))]
internal sealed partial class MaintenanceJson : JsonSerializerContext;
