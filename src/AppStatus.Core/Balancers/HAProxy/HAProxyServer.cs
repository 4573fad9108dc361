using System.Globalization;

namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>One server of a backend as one HAProxy shows it: its row of <c>show servers state</c> joined with that of <c>show stat</c>.</summary>
internal sealed record HAProxyServer
{
    private const int Stopped = 0;
    private const int Stopping = 3;

    public required string Name { get; init; }

    /// <summary>Empty while its name does not resolve.</summary>
    public string Address { get; init; } = "";

    public int Port { get; init; }

    /// <summary>Empty where it was configured by address.</summary>
    public string Fqdn { get; init; } = "";

    /// <summary>The bits of <c>srv_admin_state</c>.</summary>
    public int Admin { get; init; }

    public int OperationalState { get; init; }

    public int Weight { get; init; }

    /// <summary>The statistics' own words, such as <c>UP 1/3</c>; empty where there was no row.</summary>
    public string Status { get; init; } = "";

    /// <summary>Such as <c>L7OK</c>; empty without a check. A check that runs just now starts with <c>* </c>.</summary>
    public string CheckStatus { get; init; } = "";

    /// <summary>What the check saw, such as <c>L7STS/503 Service Unavailable</c>.</summary>
    public string CheckDetail { get; init; } = "";

    /// <summary>A server in slow start takes part of its traffic only.</summary>
    public bool Throttled { get; init; }

    public bool Backup { get; init; }

    public long? Connections { get; init; }

    public long? Requests { get; init; }

    public long? Errors { get; init; }

    public TrafficState State => AdminState.Of(Admin);

    /// <summary>New requests can come to it, whatever its next check will say.</summary>
    public bool Usable => State == TrafficState.Enabled && Weight > 0 && OperationalState is not (Stopped or Stopping);

    /// <param name="state">A row of <c>show servers state</c>.</param>
    /// <param name="stat">The server's row of <c>show stat</c>; null where there is none.</param>
    public static HAProxyServer Of(IReadOnlyDictionary<string, string> state, IReadOnlyDictionary<string, string>? stat)
    {
        string check = Text(stat, "check_status") is { Length: > 0 } ownCheck ? ownCheck : Text(stat, "agent_status");
        string code = Text(stat, "check_code");
        return new HAProxyServer
        {
            Name = Text(state, "srv_name"),
            Address = Given(Text(state, "srv_addr")),
            Port = (int)(Number(state, "srv_port") ?? 0),
            Fqdn = Given(Text(state, "srv_fqdn")),
            // Without the mask nothing is known to be in traffic: as good as in maintenance.
            Admin = (int)(Number(state, "srv_admin_state") ?? AdminState.ForcedMaintenance),
            OperationalState = (int)(Number(state, "srv_op_state") ?? Stopped),
            Weight = (int)(Number(state, "srv_uweight") ?? 0),
            Status = Text(stat, "status"),
            CheckStatus = check,
            CheckDetail = string.Join(" ", new[] { code.Length > 0 ? $"{check}/{code}" : check, Text(stat, "last_chk") }.Where(part => part.Length > 0)),
            Throttled = Text(stat, "throttle").Length > 0,
            Backup = Number(stat, "bck") is 1,
            // A request that waits for a free slot of this server is in flight, too.
            Connections = Number(stat, "scur") is { } current ? current + (Number(stat, "qcur") ?? 0) : null,
            Requests = Number(stat, "stot"),
            // The last two are of requests that never got a status.
            Errors = Number(stat, "hrsp_5xx") is { } refused ? refused + (Number(stat, "econ") ?? 0) + (Number(stat, "eresp") ?? 0) : null,
        };
    }

    private static string Given(string value) => value == "-" ? "" : value;

    private static string Text(IReadOnlyDictionary<string, string>? row, string column) =>
        row is not null && row.TryGetValue(column, out string? value) ? value : "";

    private static long? Number(IReadOnlyDictionary<string, string>? row, string column) =>
        long.TryParse(Text(row, column), NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) ? value : null;
}
