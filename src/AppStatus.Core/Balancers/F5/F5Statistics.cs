using System.Text.Json;

namespace AppStatus.Core.Balancers.F5;

internal static class F5Statistics
{
    private const string NodeName = "nodeName";

    /// <summary>
    /// Finds every member's statistics in an answer, however deep: flat in version 11, under one link from 12 on, under a pool's
    /// and a collection's link where all pools are asked for. No link is built, because its form differs by version.
    /// </summary>
    public static IReadOnlyList<F5MemberStatistics> Read(JsonElement root)
    {
        var found = new List<F5MemberStatistics>();
        Collect(root, pool: "", depth: 0, found);
        return found;
    }

    /// <summary>Finds every virtual server's statistics in the answer of their collection.</summary>
    public static IReadOnlyList<F5VirtualServerStatistics> ReadVirtualServers(JsonElement root)
    {
        if (Entries(root) is not { } entries) return [];
        if (entries.Statistic("tmName") is { Length: > 0 } name)
            return [new F5VirtualServerStatistics(name, F5Json.ParseNumber(entries.Statistic("clientside.curConns")), entries.Statistic("status.availabilityState"))];
        return [.. Nested(entries).SelectMany(ReadVirtualServers)];
    }

    /// <summary>The first figure of that name, in whatever depth the version puts it; empty where there is none.</summary>
    public static string FindText(JsonElement root, string name)
    {
        if (Entries(root) is not { } entries) return "";
        string found = entries.Statistic(name);
        return found.Length > 0 ? found : Nested(entries).Select(nested => FindText(nested, name)).FirstOrDefault(text => text.Length > 0) ?? "";
    }

    private static JsonElement? Entries(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("entries", out JsonElement entries) && entries.ValueKind == JsonValueKind.Object ? entries : null;

    private static IEnumerable<JsonElement> Nested(JsonElement entries) =>
        entries.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.Object && entry.Value.TryGetProperty("nestedStats", out _))
            .Select(entry => entry.Value.GetProperty("nestedStats"));

    private static void Collect(JsonElement element, string pool, int depth, List<F5MemberStatistics> found)
    {
        const int deepest = 12;
        if (depth > deepest || Entries(element) is not { } entries) return;

        if (entries.TryGetProperty(NodeName, out _))
        {
            found.Add(ReadOne(entries, pool));
            return;
        }

        string name = entries.Statistic("tmName");
        foreach (JsonElement nested in Nested(entries)) Collect(nested, name.Length > 0 ? name : pool, depth + 1, found);
    }

    private static F5MemberStatistics ReadOne(JsonElement entries, string pool)
    {
        string poolName = entries.Statistic("poolName");
        return new F5MemberStatistics
        {
            Pool = poolName.Length > 0 ? poolName : pool,
            Node = entries.Statistic(NodeName),
            Port = entries.Statistic("port"),
            Address = entries.Statistic("addr"),
            Connections = F5Json.ParseNumber(entries.Statistic("serverside.curConns")),
            Total = F5Json.ParseNumber(entries.Statistic("serverside.totConns")),
            Availability = entries.Statistic("status.availabilityState"),
            Enabled = entries.Statistic("status.enabledState"),
            Reason = entries.Statistic("status.statusReason"),
        };
    }
}
