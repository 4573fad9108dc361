namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>One value of one metric of one instance: always a number, never NaN or an infinity.</summary>
public sealed record MetricSample
{
    /// <summary>The instance's name, as it was passed.</summary>
    public required string Instance { get; init; }

    /// <summary>The metric, as it was asked for: <c>cpu_percent</c>, a name of the exporter's, or an expression.</summary>
    public required string Name { get; init; }

    public required double Value { get; init; }

    /// <summary><c>%</c> (0–100), <c>B</c>, <c>s</c>, <c>/s</c> or <c>B/s</c>; empty where the metric's name tells none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>When it was read.</summary>
    public required DateTimeOffset At { get; init; }

    public override string ToString() => FormattableString.Invariant($"{Instance} {Name} {Value:0.###} {Unit}").TrimEnd();
}
