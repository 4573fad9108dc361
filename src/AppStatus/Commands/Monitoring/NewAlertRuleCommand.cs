using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Monitoring;

/// <summary>Makes a rule that says when something is wrong with an instance: a metric past a threshold for some time, or no data for too long.</summary>
[Cmdlet(VerbsCommon.New, "AlertRule", DefaultParameterSetName = Above)]
[OutputType(typeof(AlertRule))]
public sealed class NewAlertRuleCommand : MetricSourceCmdlet
{
    private const string Above = "Above", Below = "Below";
    private static readonly string[] SourceNames =
        [nameof(Source), nameof(Query), nameof(Uri), nameof(MetricsPort), nameof(MetricsPath), nameof(MetricsUri), nameof(ContainerName), nameof(Credential), nameof(SkipCertificateCheck), nameof(Proxy), nameof(TimeoutSec)];

    private readonly Wanted _wanted = new();

    /// <summary>A metric as in Get-InstanceMetric. With -Query it is the name of the query's value.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Metric { get; set; } = "";

    /// <summary>The rule fires above this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Above)]
    public double GreaterThan { get; set; }

    /// <summary>The rule fires below this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Below)]
    public double LessThan { get; set; }

    /// <summary>A firing rule clears only below this, so that a value near the threshold does not come and go; default: at the threshold.</summary>
    [Parameter(ParameterSetName = Above)]
    public double ClearBelow { get; set; } = double.NaN;

    /// <summary>A firing rule clears only above this, so that a value near the threshold does not come and go; default: at the threshold.</summary>
    [Parameter(ParameterSetName = Below)]
    public double ClearAbove { get; set; } = double.NaN;

    /// <summary>Seconds for which every reading must be past the threshold before the rule fires, 0–86400; 0 fires at the first.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double ForSec { get; set; }

    /// <summary>The rule's name in alerts; default: the metric and its threshold.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Info, Warning or Critical.</summary>
    [Parameter]
    public AlertSeverity Severity { get => _wanted.Severity; set => _wanted.Severity = value; }

    /// <summary>Hold: without data what was holds, until -NoDataSec is over; Fire: no data counts as a value past the threshold.</summary>
    [Parameter]
    public NoDataAction OnNoData { get => _wanted.OnNoData; set => _wanted.OnNoData = value; }

    /// <summary>Seconds without data after which the rule fires in any case, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double NoDataSec { get; set; } = 60;

    private protected override bool Prepare()
    {
        if (SourceParameters.Check() is { } fault) ThrowFault(fault);
        // An unknown metric is told here, and not when a deployment wants to watch it.
        Checked(() => MetricSources.Metric(Source, Metric));
        if (SkipCertificateCheck) Say(output => output.WriteWarning("Certificates will not be checked when this rule's metric is read."));
        return true;
    }

    private protected override Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        bool above = ParameterSetName == Above;
        bool hasSource = SourceNames.Any(MyInvocation.BoundParameters.ContainsKey);
        double threshold = above ? GreaterThan : LessThan;
        var rule = new AlertRule
        {
            Name = Name ?? FormattableString.Invariant($"{Metric.Trim()} {(above ? ">" : "<")} {threshold}"),
            Metric = Metric.Trim(),
            GreaterThan = above ? GreaterThan : null,
            LessThan = above ? null : LessThan,
            ClearBelow = MyInvocation.BoundParameters.ContainsKey(nameof(ClearBelow)) ? ClearBelow : null,
            ClearAbove = MyInvocation.BoundParameters.ContainsKey(nameof(ClearAbove)) ? ClearAbove : null,
            ForSec = ForSec,
            OnNoData = OnNoData,
            NoDataSec = NoDataSec,
            Severity = Severity,
            Source = hasSource ? SourceParameters.ToOptions() : null,
        };
        if (rule.Check() is { } fault) throw new AppStatusException(fault, rule);
        output.WriteObject(rule);
        return Task.CompletedTask;
    }

    // A public type can have no field of Core's enumerations: it must be laid out before Core can be found.
    private sealed class Wanted
    {
        public AlertSeverity Severity { get; set; } = AlertSeverity.Warning;

        public NoDataAction OnNoData { get; set; }
    }
}
