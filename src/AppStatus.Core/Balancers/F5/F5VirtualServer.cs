using System.Text.Json;

namespace AppStatus.Core.Balancers.F5;

/// <summary>A virtual server of a BIG-IP: the address that clients use.</summary>
public sealed record F5VirtualServer
{
    public required string Name { get; init; }

    public required string Partition { get; init; }

    /// <summary>Such as <c>/Common/vs_web</c>.</summary>
    public required string FullPath { get; init; }

    /// <summary>Address and port, such as <c>10.0.0.10:443</c>, or <c>2001:db8::10.443</c>. No property <c>Address</c>: that would bind as a member's.</summary>
    public string Destination { get; init; } = "";

    /// <summary>The default pool: the bare name in Common, the full path elsewhere; empty without one.</summary>
    public string Pool { get; init; } = "";

    public bool Enabled { get; init; }

    /// <summary><c>available</c>, <c>offline</c>, <c>unknown</c>; empty where there are no statistics.</summary>
    public string Availability { get; init; } = "";

    /// <summary>Live connections of clients; null where there are no statistics.</summary>
    public long? Connections { get; init; }

    /// <summary>iRules; each may choose a pool of its own.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Local traffic policies; each may choose a pool of its own.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];

    /// <summary>Persistence profiles: their records keep clients on the members of the old pool after a switch.</summary>
    public IReadOnlyList<string> Persistence { get; init; } = [];

    /// <summary>The balancer's id.</summary>
    public required string Balancer { get; init; }

    /// <summary>The full path: piped, it names this one, whatever partition it is in.</summary>
    public override string ToString() => FullPath;

    internal static F5VirtualServer Of(JsonElement element, F5VirtualServerStatistics? statistics, string balancer)
    {
        string name = element.Text("name");
        string partition = element.Text("partition") is { Length: > 0 } given ? given : F5Name.DefaultPartition;
        string fullPath = element.Text("fullPath") is { Length: > 0 } whole ? whole : F5Name.FullPath(name, partition);
        string destination = element.Text("destination");
        string pool = element.Text("pool");
        return new F5VirtualServer
        {
            Name = name,
            Partition = partition,
            FullPath = fullPath,
            Destination = destination.Substring(destination.LastIndexOf('/') + 1),
            Pool = pool.Length == 0 ? "" : F5Name.Short(F5Name.FullPath(pool, partition)),
            Enabled = element.Text("disabled") != "true",
            Availability = statistics?.Availability ?? "",
            Connections = statistics?.Connections,
            Rules = element.Texts("rules"),
            Policies = element.TryGetProperty("policiesReference", out JsonElement policies) ? Names(policies) : [],
            Persistence = element.TryGetProperty("persist", out JsonElement persist) && persist.ValueKind == JsonValueKind.Array ? [.. persist.EnumerateArray().Select(one => one.Text("name"))] : [],
            Balancer = balancer,
        };
    }

    private static string[] Names(JsonElement collection) =>
        [.. collection.Items().Select(one => one.Text("fullPath") is { Length: > 0 } path ? path : one.Text("name"))];
}
