using AppStatus.Core.Errors;

namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>What an expression comes to: a number with a unit, the reason why there is none, or that a second reading is needed.</summary>
internal sealed record MetricValue
{
    private MetricValue()
    {
    }

    /// <summary>A rate, and this was the first reading.</summary>
    public static MetricValue First { get; } = new() { WarmingUp = true };

    public double Value { get; private init; }

    public string Unit { get; private init; } = "";

    public bool WarmingUp { get; private init; }

    /// <summary>Null where there is a value, or will be one.</summary>
    public MissingData? Missing { get; private init; }

    public bool IsNumber => !WarmingUp && Missing is null;

    public static MetricValue Of(double value, string unit) => new() { Value = value, Unit = unit };

    /// <summary>Of a whole, 0–100; small errors of two clocks are cut off.</summary>
    public static MetricValue Percent(double value) => Of(Math.Min(100, Math.Max(0, value)), "%");

    /// <summary>The exporter does not serve it.</summary>
    public static MetricValue NotFound(string why, string nextStep = "") => new() { Missing = new MissingData(ErrorId.MetricNotFound, why, nextStep) };

    /// <summary>It is served, and says nothing at this time.</summary>
    public static MetricValue NoData(string why, string nextStep = "") => new() { Missing = new MissingData(ErrorId.NoData, why, nextStep) };
}

/// <param name="Why">An end of a sentence.</param>
internal sealed record MissingData(ErrorId Id, string Why, string NextStep)
{
    public Fault On(MetricTarget target, string metric) => new(Id, $"There is no {SafeText.Of(metric, 200)} of {target.Name}: {Why}.", NextStep);
}
