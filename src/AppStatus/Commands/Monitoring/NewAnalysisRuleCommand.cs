using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Verification.Analysis;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Monitoring;

/// <summary>Makes a rule that says when a canary is bad: a metric past a threshold, or one that differs from the baseline's.</summary>
[Cmdlet(VerbsCommon.New, "AnalysisRule")]
[OutputType(typeof(AnalysisRule))]
public sealed class NewAnalysisRuleCommand : MetricSourceCmdlet
{
    private static readonly string[] SourceNames =
        [nameof(Source), nameof(Query), nameof(Uri), nameof(MetricsPort), nameof(MetricsPath), nameof(MetricsUri), nameof(ContainerName), nameof(Credential), nameof(SkipCertificateCheck), nameof(Proxy), nameof(TimeoutSec)];
    private static readonly string[] OfComparisons = [nameof(Baseline), nameof(Direction), nameof(Confidence), nameof(Tolerance), nameof(MinChangePercent), nameof(MinSamples)];
    private static readonly string[] OfThresholds = [nameof(FailureLimit), nameof(Consecutive)];

    private readonly Wanted _wanted = new();

    /// <summary>A metric as in Get-InstanceMetric. With -Query it is the name of the query's value.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Metric { get; set; } = "";

    /// <summary>An interval in which a canary is above this is bad.</summary>
    [Parameter]
    public double GreaterThan { get; set; }

    /// <summary>An interval in which a canary is below this is bad.</summary>
    [Parameter]
    public double LessThan { get; set; }

    /// <summary>So many bad intervals of one canary are tolerated in a step, 0–1000000.</summary>
    [Parameter]
    [ValidateRange(0, 1000000)]
    public int FailureLimit { get; set; }

    /// <summary>Only bad intervals in a row count against -FailureLimit.</summary>
    [Parameter]
    public SwitchParameter Consecutive { get; set; }

    /// <summary>Compares the canaries' values with those of the baseline.</summary>
    [Parameter]
    public SwitchParameter MannWhitney { get; set; }

    /// <summary>Compares only with instances that were deployed anew for it; without any nothing is judged, and nothing passes.</summary>
    [Parameter]
    public SwitchParameter Baseline { get; set; }

    /// <summary>Which difference is bad: Increase, Decrease or Either.</summary>
    [Parameter]
    public AnalysisDirection Direction { get => _wanted.Direction; set => _wanted.Direction = value; }

    /// <summary>How sure a difference must be, 0.5–0.999999.</summary>
    [Parameter]
    [ValidateRange(0.5, 0.999999)]
    public double Confidence { get; set; } = 0.98;

    /// <summary>The part of the estimated difference that must be beyond doubt, 0–0.999999.</summary>
    [Parameter]
    [ValidateRange(0, 0.999999)]
    public double Tolerance { get; set; } = 0.25;

    /// <summary>A difference of the means below this is not bad, in percent of the baseline's; 0–1000000.</summary>
    [Parameter]
    [ValidateRange(0, 1000000)]
    public double MinChangePercent { get; set; }

    /// <summary>Values that each side must have, 5–1000000.</summary>
    [Parameter]
    [ValidateRange(5, 1000000)]
    public int MinSamples { get; set; } = 8;

    /// <summary>The rule's name in verdicts; default: the metric and what is bad of it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    private protected override bool Prepare()
    {
        if (SourceParameters.Check() is { } fault) ThrowFault(fault);
        // An unknown metric is told here, and not when a deployment wants to judge by it.
        Checked(() => MetricSources.Metric(Source, Metric));
        if (!MannWhitney) Refuse(OfComparisons, "-MannWhitney");
        if (!IsBound(nameof(GreaterThan)) && !IsBound(nameof(LessThan))) Refuse(OfThresholds, "-GreaterThan or -LessThan");
        if (SkipCertificateCheck) Say(output => output.WriteWarning("Certificates will not be checked when this rule's metric is read."));
        return true;
    }

    private protected override Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        var rule = new AnalysisRule
        {
            Name = Name ?? "",
            Metric = Metric.Trim(),
            GreaterThan = IsBound(nameof(GreaterThan)) ? GreaterThan : null,
            LessThan = IsBound(nameof(LessThan)) ? LessThan : null,
            FailureLimit = FailureLimit,
            Consecutive = Consecutive,
            MannWhitney = MannWhitney,
            Baseline = Baseline,
            Direction = Direction,
            Confidence = Confidence,
            Tolerance = Tolerance,
            MinChangePercent = MinChangePercent,
            MinSamples = MinSamples,
            Source = SourceNames.Any(IsBound) ? SourceParameters.ToOptions() : null,
        };
        rule = rule with { Name = Name ?? rule.ToString() };
        if (rule.Check() is { } fault) throw new AppStatusException(fault, rule);
        output.WriteObject(rule);
        return Task.CompletedTask;
    }

    // What would change nothing was meant to change something.
    private void Refuse(string[] parameters, string without)
    {
        if (parameters.FirstOrDefault(IsBound) is { } idle)
            ThrowFault(new Fault(ErrorId.InvalidArgument, $"-{idle} means nothing without {without}.", $"Pass {without}, too, or leave out -{idle}."));
    }

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    // A public type can have no field of Core's enumerations: it must be laid out before Core can be found.
    private sealed class Wanted
    {
        public AnalysisDirection Direction { get; set; }
    }
}
