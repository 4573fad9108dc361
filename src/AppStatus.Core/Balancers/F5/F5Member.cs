using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>A pool member as iControl REST shows it, joined with its statistics.</summary>
internal sealed record F5Member
{
    public required string FullPath { get; init; }

    public string Address { get; init; } = "";

    public string Session { get; init; } = "";

    public string StateText { get; init; } = "";

    public int Ratio { get; init; } = 1;

    public int PriorityGroup { get; init; }

    /// <summary>Made by the device from an FQDN's look-up; it comes and goes with the DNS entry.</summary>
    public bool Ephemeral { get; init; }

    public F5MemberStatistics? Statistics { get; init; }

    /// <summary>The entry that holds an FQDN; the members that carry traffic are made from it.</summary>
    public bool IsTemplate => Address is "any6" or "any" || (!Ephemeral && StateText.StartsWith("fqdn-", StringComparison.Ordinal));

    /// <summary>Apart from the health: a member that is down can be enabled.</summary>
    public TrafficState State => Session != "user-disabled" ? TrafficState.Enabled
        : StateText == "user-down" ? TrafficState.Offline
        : TrafficState.Draining;

    public MemberHealth Health => StateText switch
    {
        "up" or "fqdn-up" => MemberHealth.Up,
        "user-up" when Statistics?.Availability == "available" => MemberHealth.Up,
        "checking" or "unchecked" or "user-up" or "user-down" or "" => MemberHealth.Unknown,
        // down, fqdn-down, node-down, addr-down, irule-down, iapp-down …
        _ => StateText.EndsWith("down", StringComparison.Ordinal) ? MemberHealth.Down : MemberHealth.Unknown,
    };

    /// <summary>New connections can come, as far as the member itself goes; its priority group is another question.</summary>
    public bool Available => State == TrafficState.Enabled && StateText != "user-down"
        && Statistics is { } statistics
        && (statistics.Enabled is "enabled" || (statistics.Enabled.Length == 0 && Session.Length > 0))
        && statistics.Availability != "offline"
        && (Health == MemberHealth.Up || (StateText is "unchecked" or "user-up" && statistics.Availability is "unknown" or "available"));

    public string Reason
    {
        get
        {
            string parent = Statistics?.Enabled == "disabled-by-parent" ? "its node is disabled" : "";
            string unread = Statistics is null ? "no statistics" : "";
            return SafeText.Condensed(string.Join("; ", new[] { StateText, Statistics?.Reason ?? "", parent, unread }.Where(part => part.Length > 0)));
        }
    }

    public static F5Member Of(JsonElement element, F5MemberStatistics? statistics)
    {
        string fullPath = element.Text("fullPath");
        return new F5Member
        {
            FullPath = fullPath.Length > 0 ? fullPath : F5Name.FullPath(element.Text("name"), element.Text("partition") is { Length: > 0 } partition ? partition : F5Name.DefaultPartition),
            Address = element.Text("address"),
            Session = element.Text("session"),
            StateText = element.Text("state"),
            Ratio = (int)(element.Number("ratio") ?? 1),
            PriorityGroup = (int)(element.Number("priorityGroup") ?? 0),
            Ephemeral = element.Text("ephemeral") == "true",
            Statistics = statistics,
        };
    }
}
