namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>Units, out of the endings that Prometheus' naming rules give to names.</summary>
internal static class MetricUnit
{
    public static string Of(string name)
    {
        if (name.EndsWith("_percent", StringComparison.Ordinal)) return "%";
        if (name.EndsWith("_bytes", StringComparison.Ordinal)) return "B";
        return name.EndsWith("_seconds", StringComparison.Ordinal) ? "s" : "";
    }

    public static string OfRate(string name)
    {
        string family = name.EndsWith("_total", StringComparison.Ordinal) ? name.Substring(0, name.Length - "_total".Length) : name;
        return Of(family) + "/s";
    }
}
