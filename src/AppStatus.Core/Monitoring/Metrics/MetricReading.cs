using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Expressions;

namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>What became of reading one metric of one instance: a sample, or the reason why there is none.</summary>
internal sealed record MetricReading
{
    private MetricReading(MetricTarget target, string metric)
    {
        Target = target;
        Metric = metric;
    }

    public MetricTarget Target { get; }

    /// <summary>As it was asked for.</summary>
    public string Metric { get; }

    /// <summary>Null where there is no data.</summary>
    public MetricSample? Sample { get; private init; }

    /// <summary>Why there is no sample; null where there is one.</summary>
    public Fault? Fault { get; private init; }

    /// <summary>Nothing is wrong: what is computed from two readings has had one.</summary>
    public bool WarmingUp { get; private init; }

    /// <summary>A value that is no number is no data: it compares with no threshold.</summary>
    public static MetricReading Of(MetricTarget target, string metric, double value, string unit, DateTimeOffset at) =>
        double.IsNaN(value) || double.IsInfinity(value)
            ? None(target, metric, MetricFaults.NotANumber(target, metric, value))
            : new MetricReading(target, metric) { Sample = new MetricSample { Instance = target.Name, Name = metric, Value = value, Unit = unit, At = at } };

    public static MetricReading Of(MetricTarget target, string metric, MetricValue value, DateTimeOffset at) => value switch
    {
        { WarmingUp: true } => First(target, metric),
        { Missing: { } why } => None(target, metric, why.On(target, metric)),
        _ => Of(target, metric, value.Value, value.Unit, at),
    };

    public static MetricReading None(MetricTarget target, string metric, Fault fault) => new(target, metric) { Fault = fault };

    public static MetricReading First(MetricTarget target, string metric) => new(target, metric)
    {
        WarmingUp = true,
        Fault = new Fault(ErrorId.NoData, $"{target.Name} has no {metric} yet: it is computed from two readings, and this was the first."),
    };

    public override string ToString() => Sample?.ToString() ?? $"{Target.Name} {Metric}: {Fault}";
}
