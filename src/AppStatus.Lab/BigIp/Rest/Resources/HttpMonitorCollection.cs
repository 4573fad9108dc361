using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

internal sealed class HttpMonitorCollection() : ConfigurationCollection<HttpMonitor>("tm/ltm/monitor/http", "tm:ltm:monitor:http:http")
{
    private const int LongestSeconds = 86_400;

    protected override ImmutableSortedDictionary<FullPath, HttpMonitor> Items(DeviceState state) => state.Monitors;

    protected override DeviceState With(DeviceState state, ImmutableSortedDictionary<FullPath, HttpMonitor> items) => state with { Monitors = items };

    protected override HttpMonitor Create(FullPath name, PropertyReader properties) => new(name);

    protected override HttpMonitor Reset(HttpMonitor item) => new(item.Name);

    protected override string Describe(FullPath name) => $"Monitor ({name})";

    protected override HttpMonitor Change(HttpMonitor item, PropertyReader properties, DeviceState state) => item with
    {
        Send = properties.Text("send") ?? item.Send,
        Receive = properties.Text("recv") is { } pattern ? ValidPattern(pattern) : item.Receive,
        Interval = Seconds(properties, "interval") ?? item.Interval,
        Timeout = Seconds(properties, "timeout") ?? item.Timeout,
        Description = properties.Text("description") ?? item.Description,
    };

    protected override void RefuseDelete(DeviceState state, FullPath name, HttpMonitor item)
    {
        if (state.Pools.Values.Any(pool => pool.Monitor?.Monitors.Contains(name) == true))
        {
            throw RestRefusal.Conflict($"01070083:3: Monitor {name} is in use.");
        }
    }

    protected override JsonObject ToJson(FullPath name, HttpMonitor item, DeviceView view, CollectionQuery query)
    {
        var json = Heading(name, view);
        json["defaultsFrom"] = "/Common/http";
        json["destination"] = "*:*";
        json["interval"] = WholeSeconds(item.Interval);
        if (item.Receive.Length > 0)
        {
            json["recv"] = item.Receive;
        }

        json["send"] = item.Send;
        json["timeout"] = WholeSeconds(item.Timeout);
        return json;
    }

    protected override JsonObject StatisticsOf(FullPath name, HttpMonitor item, DeviceView view) => throw RestRefusal.UnknownPath($"{Path}/{name.UrlSegment}/stats");

    private static TimeSpan? Seconds(PropertyReader properties, string name) =>
        properties.Number(name, 1, LongestSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    // The lab's intervals may be fractions; the device knows whole seconds.
    private static int WholeSeconds(TimeSpan span) => Math.Max(1, (int)Math.Ceiling(span.TotalSeconds));

    private static string ValidPattern(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return pattern;
        }
        catch (ArgumentException)
        {
            throw RestRefusal.InvalidProperty("recv", pattern);
        }
    }
}
