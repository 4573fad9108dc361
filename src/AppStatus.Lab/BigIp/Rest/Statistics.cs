using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest;

/// <summary>The device's statistics: each figure wrapped in an object, each object under a link.</summary>
internal static class Statistics
{
    public static JsonObject Value(long value) => new() { ["value"] = value };

    public static JsonObject Text(string text) => new() { ["description"] = text };

    public static JsonObject Nested(string kind, string? selfLink, JsonObject entries)
    {
        var nested = new JsonObject { ["entries"] = entries };
        if (selfLink is not null)
        {
            nested.Insert(0, "kind", kind);
            nested.Insert(1, "selfLink", selfLink);
        }

        return new JsonObject { ["nestedStats"] = nested };
    }

    public static JsonObject Document(string kind, string selfLink, JsonObject entries) => new()
    {
        ["kind"] = kind,
        ["selfLink"] = selfLink,
        ["entries"] = entries,
    };

    /// <summary>Figures that the lab does not measure: there, as on a device that has just begun to count, and 0.</summary>
    public static void AddUnmeasured(JsonObject entries, string group, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            entries.TryAdd($"{group}.{name}", Value(0));
        }
    }

    public static void AddStatus(JsonObject entries, string availability, string enabled, string reason)
    {
        entries["status.availabilityState"] = Text(availability);
        entries["status.enabledState"] = Text(enabled);
        entries["status.statusReason"] = Text(reason);
    }

    public static string Availability(MemberHealth health) => health switch
    {
        MemberHealth.Up => "available",
        MemberHealth.Down => "offline",
        _ => "unknown",
    };
}
