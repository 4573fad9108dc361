namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>
/// The bits of <c>srv_admin_state</c> (HAProxy's <c>enum srv_admin</c>). They alone tell the traffic state: a draining server
/// that is down shows <c>DOWN</c>, and one of weight 0 shows <c>UP</c>.
/// </summary>
internal static class AdminState
{
    public const int ForcedMaintenance = 0x01;
    public const int InheritedMaintenance = 0x02;
    public const int ForcedDrain = 0x08;
    public const int InheritedDrain = 0x10;
    public const int UnresolvedMaintenance = 0x20;
    public const int RenamedMaintenance = 0x40;

    // 0x04 is left out: it only remembers "disabled" in the configuration, and stays when the server was made ready since.
    private const int Maintenance = ForcedMaintenance | InheritedMaintenance | UnresolvedMaintenance | RenamedMaintenance;
    private const int Drain = ForcedDrain | InheritedDrain;

    public static TrafficState Of(int mask) => (mask & Maintenance) != 0 ? TrafficState.Offline
        : (mask & Drain) != 0 ? TrafficState.Draining
        : TrafficState.Enabled;

    /// <summary>Why a server does not follow what was set; empty where nothing but a command holds it.</summary>
    public static string HeldBy(int mask) => string.Join(", ", new[]
    {
        (mask & UnresolvedMaintenance) != 0 ? "its name does not resolve" : "",
        (mask & (InheritedMaintenance | InheritedDrain)) != 0 ? "it tracks another server" : "",
        (mask & RenamedMaintenance) != 0 ? "its name was changed at run time" : "",
    }.Where(reason => reason.Length > 0));

    /// <summary>The word of <c>set server … state</c>.</summary>
    public static string WordFor(TrafficState state) => state switch
    {
        TrafficState.Enabled => "ready",
        TrafficState.Draining => "drain",
        TrafficState.Offline => "maint",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, message: null),
    };
}
