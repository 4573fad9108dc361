using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest;

/// <summary>The two switches on the wire. Reads mix in what the monitors say; such a value sent back is refused.</summary>
internal static class AdministrativeStateFormat
{
    private const string UserEnabled = "user-enabled";
    private const string UserDisabled = "user-disabled";
    private const string UserUp = "user-up";
    private const string UserDown = "user-down";

    public static AdministrativeState Change(AdministrativeState current, PropertyReader properties) => new(
        properties.Choice("session", UserEnabled, UserDisabled) is { } session ? session == UserDisabled : current.SessionDisabled,
        properties.Choice("state", UserUp, UserDown) is { } state ? state == UserDown : current.ForcedDown);

    public static string Session(AdministrativeState state, MemberHealth health) =>
        state.SessionDisabled ? UserDisabled
        : health == MemberHealth.Unchecked ? UserEnabled
        : "monitor-enabled";

    public static string State(AdministrativeState state, MemberHealth health) => state.ForcedDown ? UserDown : Word(health);

    public static string Word(MemberHealth health) => health switch
    {
        MemberHealth.Up => "up",
        MemberHealth.Down => "down",
        MemberHealth.Checking => "checking",
        _ => "unchecked",
    };
}
