using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Core.Status;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Monitoring;

/// <summary>Reads metrics of instances again and again, judges them by alert rules, and tells when one fires and when it is over.</summary>
[Cmdlet(VerbsCommon.Watch, "InstanceMetric")]
[OutputType(typeof(MetricSample))]
[OutputType(typeof(Alert))]
public sealed class WatchInstanceMetricCommand : MetricSourceCmdlet
{
    private readonly List<StatusTargetSource> _instances = [];
    private InstanceMonitor? _monitor;
    private MonitorNarrator? _narrator;

    /// <summary>Instances: host, host:port, URIs, pool members, readings of Get-AppStatus, or objects with Uri, Address and Port, or ComputerName. The source Local needs none.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [StatusInputTransformation]
    [Alias("ComputerName", "Target")]
    public StatusInput[] InputObject { get; set; } = [];

    /// <summary>Metrics that are read beside those of the rules; default: those of the rules, and without rules the same as in Get-InstanceMetric.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[]? Metric { get; set; }

    /// <summary>What New-AlertRule makes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AlertRule[]? AlertRule { get; set; }

    /// <summary>Who is told of alerts; what New-AlertChannel makes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AlertChannel[]? Channel { get; set; }

    /// <summary>Run here for each alert that fires or clears, with the alert as <c>$Alert</c>; what it puts out comes out.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? Action { get; set; }

    /// <summary>Seconds from one reading to the next, 0.1–3600. A source that takes longer skips a beat.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600)]
    public double IntervalSec { get; set; } = 5;

    /// <summary>Seconds after which the watch ends; default: it goes on until it is stopped.</summary>
    [Parameter]
    [ValidateRange(0.1, int.MaxValue)]
    public double DurationSec { get; set; } = double.PositiveInfinity;

    /// <summary>Readings after which the watch ends, 1 or more; default: it goes on until it is stopped.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = int.MaxValue;

    /// <summary>How many instances are read side by side; 1–1024.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = 32;

    protected override void BeginProcessing()
    {
        if (SourceParameters.Check() is { } fault) ThrowFault(fault);
        if (SkipCertificateCheck) Say(output => output.WriteWarning("Certificates are not checked in this command."));
        if (SourceParameters.Warning(Uri) is { } warning) Say(output => output.WriteWarning(warning));
    }

    protected override void ProcessRecord()
    {
        foreach (StatusInput input in InputObject)
        {
            // Whoever can't be found now would never be watched, and nobody would notice later.
            if (input.Fault is { } fault) ThrowFault(fault, input.Original);
            _instances.Add(input.Source!);
        }
    }

    private protected override bool Prepare()
    {
        if (_instances.Count == 0 && Source == MetricSourceKind.Local && !MyInvocation.ExpectingInput) _instances.Add(MetricSourceParameters.ThisMachine);
        if (_instances.Count == 0) ThrowFault(new Fault(ErrorId.NoInstances, "No instance was named, so nothing is watched.", "Pipe instances in, such as with: Get-F5PoolMember web | Watch-InstanceMetric -MetricsPort 9182"));

        MetricSourceOptions options = SourceParameters.ToOptions();
        bool watchesItself = AlertRule is null || Metric is not null || Query is not null;
        _narrator = new MonitorNarrator(Action);
        _monitor = Checked(() => InstanceMonitor.Create(
            _instances, options, watchesItself ? Metric ?? MetricSources.Defaults(options) : [], AlertRule ?? [], Channel ?? [], ThrottleLimit, _narrator));
        foreach (StatusTargetSource instance in _instances)
            if (SourceParameters.Warning(MetricTargets.Of(instance, options).MetricsUri) is { } warning) Say(output => output.WriteWarning(warning));
        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        _narrator!.Output = output;
        var schedule = new MonitorSchedule(TimeSpan.FromSeconds(IntervalSec))
        {
            Count = Count == int.MaxValue ? null : Count,
            Duration = double.IsInfinity(DurationSec) ? null : TimeSpan.FromSeconds(DurationSec),
        };
        await _monitor!.RunAsync(schedule, cancellationToken).ConfigureAwait(false);
        await _narrator.EndAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _monitor?.Dispose();
    }
}
