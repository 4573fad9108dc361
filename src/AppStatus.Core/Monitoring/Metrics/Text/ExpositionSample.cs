namespace AppStatus.Core.Monitoring.Metrics.Text;

/// <summary>One line of a scrape.</summary>
/// <param name="Series">The name with its labels in order of name: two lines with one series are one thing.</param>
/// <param name="Labels">In order of name.</param>
/// <param name="Value">May be NaN or an infinity, as it was sent.</param>
/// <param name="Timestamp">Milliseconds since 1970, where the exporter says of when the value is; else null.</param>
internal sealed record ExpositionSample(string Name, string Series, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value, long? Timestamp)
{
    /// <summary>Empty where there is no such label, which Prometheus takes for the same.</summary>
    public string Label(string name)
    {
        foreach (KeyValuePair<string, string> label in Labels)
            if (string.Equals(label.Key, name, StringComparison.Ordinal)) return label.Value;
        return "";
    }

    public override string ToString() => Series;
}
