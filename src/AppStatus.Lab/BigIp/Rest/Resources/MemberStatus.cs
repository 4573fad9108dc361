using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary>A member's three status figures: may it, can it, and why.</summary>
internal static class MemberStatus
{
    public static void AddTo(JsonObject entries, PoolMember member, MemberHealth health, DeviceState state)
    {
        if (member.Administrative.ForcedDown)
        {
            Statistics.AddStatus(entries, "offline", "disabled", "Forced down");
        }
        else if (member.Administrative.SessionDisabled)
        {
            Statistics.AddStatus(entries, Statistics.Availability(health), "disabled", $"{Reason(health)} (disabled)");
        }
        else if (!state.IsNodeTakingNew(member))
        {
            Statistics.AddStatus(entries, Statistics.Availability(health), "disabled-by-parent", "Parent node is disabled");
        }
        else
        {
            Statistics.AddStatus(entries, Statistics.Availability(health), "enabled", Reason(health));
        }
    }

    private static string Reason(MemberHealth health) => health switch
    {
        MemberHealth.Up => "Pool member is available",
        MemberHealth.Down => "Pool member has been marked down by a monitor",
        MemberHealth.Checking => "Pool member has not been checked yet",
        _ => "Pool member does not have service checking enabled",
    };
}
