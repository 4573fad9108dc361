using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Verification.Analysis;

/// <summary>What makes a canary bad: a metric past a threshold, or one that differs from the baseline's, or both.</summary>
public sealed record AnalysisRule
{
    /// <summary>Less can't be told apart: four values against four have nothing rarer than 1 in 35.</summary>
    internal const int FewestSamples = 5;

    /// <summary>What it is called in verdicts.</summary>
    public required string Name { get; init; }

    public required string Metric { get; init; }

    /// <summary>An interval is bad above this; null for no such threshold.</summary>
    public double? GreaterThan { get; init; }

    /// <summary>An interval is bad below this; null for no such threshold.</summary>
    public double? LessThan { get; init; }

    /// <summary>So many bad intervals of one canary are tolerated in a step, 0 or more.</summary>
    public int FailureLimit { get; init; }

    /// <summary>Only bad intervals in a row count; one that is good begins anew, one without data does not.</summary>
    public bool Consecutive { get; init; }

    /// <summary>The canaries' values are compared with the baselines'.</summary>
    public bool MannWhitney { get; init; }

    /// <summary>Only with instances that were deployed anew for the comparison; without them nothing is judged.</summary>
    public bool Baseline { get; init; }

    public AnalysisDirection Direction { get; init; }

    /// <summary>Between 0.5 and 1: one minus the share of good releases that the comparison may call bad.</summary>
    public double Confidence { get; init; } = 0.98;

    /// <summary>0 to below 1: the share of the estimated difference that must be beyond doubt.</summary>
    public double Tolerance { get; init; } = 0.25;

    /// <summary>0 or more: means that differ by less, in percent of the baselines', are alike.</summary>
    public double MinChangePercent { get; init; }

    /// <summary>Values that each side must have, 5 or more.</summary>
    public int MinSamples { get; init; } = 8;

    /// <summary>How the metric is read; null: from each instance's own metrics page.</summary>
    public MetricSourceOptions? Source { get; init; }

    internal bool HasThreshold => GreaterThan is not null || LessThan is not null;

    public override string ToString()
    {
        var parts = new List<string>();
        if (GreaterThan is { } most) parts.Add(FormattableString.Invariant($"> {most}"));
        if (LessThan is { } least) parts.Add(FormattableString.Invariant($"< {least}"));
        if (MannWhitney) parts.Add(Direction switch { AnalysisDirection.Increase => "above the baseline", AnalysisDirection.Decrease => "below the baseline", _ => "unlike the baseline" });
        return $"{Metric} {string.Join(" or ", parts)}";
    }

    /// <summary>Why this can be no rule; null where it can.</summary>
    internal Fault? Check()
    {
        if (!HasThreshold && !MannWhitney) return Invalid("it has neither a threshold nor a comparison", "Pass -GreaterThan, -LessThan or -MannWhitney.");
        if (new[] { GreaterThan, LessThan, Confidence, Tolerance, MinChangePercent }.Any(number => number is { } value && (double.IsNaN(value) || double.IsInfinity(value))))
            return Invalid("one of its values is no number", "Pass a number.");
        if (GreaterThan < LessThan) return Invalid("every value is above the one threshold or below the other", "Let -GreaterThan be at least -LessThan.");
        if (FailureLimit < 0 || MinChangePercent < 0) return Invalid("a limit is below 0", "Pass 0 or more.");
        if (Confidence is < 0.5 or >= 1) return Invalid("-Confidence is not between 0.5 and 1", "Pass a value such as 0.98.");
        if (Tolerance is < 0 or >= 1) return Invalid("-Tolerance is not between 0 and 1", "Pass a value such as 0.25.");
        return MinSamples < FewestSamples ? Invalid($"fewer than {FewestSamples} values a side can't be told apart", $"Pass -MinSamples {FewestSamples} or more.") : null;
    }

    private Fault Invalid(string why, string next) => new(ErrorId.InvalidArgument, $"The analysis rule '{SafeText.Of(Name, 100)}' can't be used: {why}.", next);
}
