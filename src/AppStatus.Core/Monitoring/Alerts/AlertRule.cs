using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>When something is wrong with an instance: a metric past a threshold for some time, or without data for too long.</summary>
public sealed record AlertRule
{
    /// <summary>What it is called in alerts.</summary>
    public required string Name { get; init; }

    public required string Metric { get; init; }

    /// <summary>It fires above this; null where it fires below <see cref="LessThan"/>.</summary>
    public double? GreaterThan { get; init; }

    /// <summary>It fires below this; null where it fires above <see cref="GreaterThan"/>.</summary>
    public double? LessThan { get; init; }

    /// <summary>A firing rule of <see cref="GreaterThan"/> clears below this; null: at or below the threshold itself.</summary>
    public double? ClearBelow { get; init; }

    /// <summary>A firing rule of <see cref="LessThan"/> clears above this; null: at or above the threshold itself.</summary>
    public double? ClearAbove { get; init; }

    /// <summary>Seconds for which each reading must be past the threshold before it fires; 0 fires at the first one.</summary>
    public double ForSec { get; init; }

    public NoDataAction OnNoData { get; init; }

    /// <summary>Seconds without data after which it fires in any case.</summary>
    public double NoDataSec { get; init; } = 60;

    public AlertSeverity Severity { get; init; } = AlertSeverity.Warning;

    /// <summary>How the metric is read; null: as whoever watches reads his own.</summary>
    public MetricSourceOptions? Source { get; init; }

    /// <summary>The threshold that it fires at.</summary>
    internal double Threshold => GreaterThan ?? LessThan ?? double.NaN;

    public override string ToString() => FormattableString.Invariant($"{Metric} {(GreaterThan is null ? "<" : ">")} {Threshold} for {ForSec} s");

    /// <summary>Why this can be no rule; null where it can.</summary>
    internal Fault? Check()
    {
        if (GreaterThan is null == LessThan is null) return Invalid("it has no threshold, or two", "Pass -GreaterThan or -LessThan.");
        if (new[] { GreaterThan, LessThan, ClearBelow, ClearAbove }.Any(number => number is { } value && (double.IsNaN(value) || double.IsInfinity(value))))
            return Invalid("a threshold is no number", "Pass a number.");
        if ((GreaterThan is null && ClearBelow is not null) || (LessThan is null && ClearAbove is not null))
            return Invalid("the threshold to clear at is on its other side", "-ClearBelow goes with -GreaterThan, -ClearAbove with -LessThan.");
        return ClearBelow > GreaterThan || ClearAbove < LessThan
            ? Invalid("it would clear before it fires", "Let -ClearBelow be at most -GreaterThan, and -ClearAbove at least -LessThan.")
            : null;
    }

    private Fault Invalid(string why, string next) => new(ErrorId.InvalidArgument, $"The alert rule '{SafeText.Of(Name, 100)}' can't be used: {why}.", next);
}
