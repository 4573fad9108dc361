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

    private static void Collect(JsonElement element, string pool, int depth, List<F5MemberStatistics> found)
    {
        const int deepest = 12;
        if (depth > deepest || element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("entries", out JsonElement entries)
            || entries.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (entries.TryGetProperty(NodeName, out _))
        {
            found.Add(ReadOne(entries, pool));
            return;
        }

        string name = entries.Statistic("tmName");
        foreach (JsonProperty entry in entries.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.Object && entry.Value.TryGetProperty("nestedStats", out JsonElement nested))
            {
                Collect(nested, name.Length > 0 ? name : pool, depth + 1, found);
            }
        }
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
            Availability = entries.Statistic("status.availabilityState"),
            Enabled = entries.Statistic("status.enabledState"),
            Reason = entries.Statistic("status.statusReason"),
        };
    }
}
