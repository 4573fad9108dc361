namespace AppStatus.Core.Monitoring.Metrics.PromQl;

/// <summary>Which series are an instance's: by host and port as they stand in the label, else by the host alone.</summary>
internal static class InstanceLabel
{
    /// <param name="alone">Whether no other instance is asked for: then a result without any instance label is this one's.</param>
    public static List<PromQlSeries> Of(IReadOnlyList<PromQlSeries> series, MetricTarget target, bool alone)
    {
        if (alone && series.Count == 1 && series[0].Instance.Length == 0) return [series[0]];
        List<PromQlSeries> exact = [.. series.Where(one => IsOf(one.Instance, target, port: true))];
        if (exact.Count > 0) return exact;
        // Another port of the host, as its exporter has; or a port of another instance there, which must not be taken for this one.
        return [.. series.Where(one => IsOf(one.Instance, target, port: false))];
    }

    private static bool IsOf(string label, MetricTarget target, bool port)
    {
        if (label.Length == 0) return false;
        if (Same(label, target.Name)) return true;
        (string host, int? labelled) = Split(label);
        if (!Same(host, target.Address) && !(target.ComputerName.Length > 0 && Same(host, target.ComputerName))) return false;
        return !port || (labelled is not null && labelled == target.Port);
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
