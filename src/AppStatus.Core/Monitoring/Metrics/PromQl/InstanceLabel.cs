namespace AppStatus.Core.Monitoring.Metrics.PromQl;

/// <summary>
/// Which series are an instance's: by its name, or by host and port as they stand in the label. Another port of the host is another
/// instance, whose health must never be taken for this one's; where the label's is the exporter's, -MetricsPort says so.
/// </summary>
internal static class InstanceLabel
{
    /// <param name="alone">Whether no other instance is asked for: then a result without any instance label is this one's.</param>
    public static List<PromQlSeries> Of(IReadOnlyList<PromQlSeries> series, MetricTarget target, bool alone) =>
        alone && series.Count == 1 && series[0].Instance.Length == 0 ? [series[0]] : [.. series.Where(one => IsOf(one.Instance, target))];

    private static bool IsOf(string label, MetricTarget target)
    {
        if (label.Length == 0) return false;
        if (Same(label, target.Name)) return true;
        (string host, int? port) = Split(label);
        bool isHost = Same(host, target.Address) || (target.ComputerName.Length > 0 && Same(host, target.ComputerName));
        return isHost && (port is null || target.Port is null || port == target.Port);
    }

    private static (string Host, int? Port) Split(string label)
    {
        int colon = label.LastIndexOf(':');
        bool hasPort = colon > 0 && (label.IndexOf(':') == colon || label[colon - 1] == ']');
        string host = (hasPort ? label.Substring(0, colon) : label).Trim('[', ']');
        return (host, hasPort && int.TryParse(label.Substring(colon + 1), out int port) ? port : null);
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
