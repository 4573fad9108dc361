using AppStatus.Core;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Metrics.Expressions;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Monitoring;

/// <summary>Reads metrics of instances, once.</summary>
[Cmdlet(VerbsCommon.Get, "InstanceMetric")]
[OutputType(typeof(MetricSample))]
public sealed class GetInstanceMetricCommand : StreamingCmdlet
{
    private readonly MetricSourceParameters _source = new();
    private readonly List<StatusInput> _together = [];
    private readonly List<string> _without = [];
    private MetricReader? _reader;

    /// <summary>Instances: host, host:port, URIs, pool members, readings of Get-AppStatus, or objects with Uri, Address and Port, or ComputerName. The source Local needs none.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [StatusInputTransformation]
    [Alias("ComputerName", "Target")]
    public StatusInput[] InputObject { get; set; } = [];

    /// <summary>Metrics: known ones such as cpu_percent, names of the exporter's, or shares of two; default: cpu_percent, memory_percent and disk_percent, of containers the first two.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[]? Metric { get; set; }

    /// <summary>Prometheus: each instance's metrics page; PromQL: a Prometheus server; Container: docker or podman; Local: this machine.</summary>
    [Parameter]
    public MetricSourceKind Source { get => _source.Source; set => _source.Source = value; }

    /// <summary>A PromQL query that gives one value an instance.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Query { get => _source.Query; set => _source.Query = value; }

    /// <summary>The Prometheus server that answers the query.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Uri { get => _source.Uri; set => _source.Uri = value; }

    /// <summary>The port of the metrics page, 1–65535, where it is not the instance's own.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int MetricsPort { get => _source.MetricsPort; set => _source.MetricsPort = value; }

    /// <summary>The path of the metrics page.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string MetricsPath { get => _source.MetricsPath; set => _source.MetricsPath = value; }

    /// <summary>A template of the whole address, such as <c>https://{ComputerName}:9182/metrics</c>; goes before port and path.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MetricsUri { get => _source.MetricsUri; set => _source.MetricsUri = value; }

    /// <summary>The container's name, with {Name}, {Address}, {Port} and {ComputerName} of the instance in it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ContainerName { get => _source.ContainerName; set => _source.ContainerName = value; }

    /// <summary>For Basic authentication.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get => _source.Credential; set => _source.Credential = value; }

    /// <summary>Takes any certificate, in this command only.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get => _source.SkipCertificateCheck; set => _source.SkipCertificateCheck = value; }

    /// <summary>An HTTP proxy; without it the endpoints are spoken to directly.</summary>
    [Parameter]
    public Uri? Proxy { get => _source.Proxy; set => _source.Proxy = value; }

    /// <summary>Seconds for one reading, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get => _source.TimeoutSec; set => _source.TimeoutSec = value; }

    /// <summary>Seconds between the two readings that a rate such as cpu_percent is computed from, 0.1–300.</summary>
    [Parameter]
    [ValidateRange(0.1, 300)]
    public double RateSec { get; set; } = 1;

    protected override void BeginProcessing()
    {
        if (_source.Check() is { } fault) ThrowFault(fault);
        _reader = Checked(() => new MetricReader(_source.ToOptions(), Metric, TimeSpan.FromSeconds(RateSec), ThrottleLimit));
        if (SkipCertificateCheck) Say(output => output.WriteWarning("Certificates are not checked in this command."));
        if (_source.Warning(Uri) is { } warning) Say(output => output.WriteWarning(warning));
    }

    protected override void ProcessRecord()
    {
        foreach (StatusInput input in InputObject)
        {
            // Only a scrape is a request for each; the other sources answer for all at once.
            if (Source == MetricSourceKind.Prometheus) Start([input]);
            else _together.Add(input);
        }
    }

    protected override void EndProcessing()
    {
        if (_together.Count > 0) Start(_together);
        else if (Source == MetricSourceKind.Local && !MyInvocation.ExpectingInput) Start([(MetricTargets.Of(MetricSourceParameters.ThisMachine, _reader!.Options), null)]);
        else if (!MyInvocation.ExpectingInput && !MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
            WriteFault(new Fault(ErrorId.NoInstances, "No instance was named, so nothing was read.", "Pipe instances in, such as with: Get-F5PoolMember web | Get-InstanceMetric -MetricsPort 9182"), target: null);
        base.EndProcessing();
        if (_without.Count > 0) WriteFault(NoneOfTheUsual(), _without.Count == 1 ? _without[0] : _without.ToArray());
    }

    /// <summary>Who named no metric is told once that an application's own page has none of those that exporters serve.</summary>
    private Fault NoneOfTheUsual() => new(
        ErrorId.MetricNotFound,
        $"The metrics page of {SafeText.Of(string.Join(", ", _without), 300)} has none of {string.Join(", ", MetricSources.Defaults(_reader!.Options))}, which are read where no metric is named.",
        "Name one that the page has with -Metric, such as -Metric requests_total, or pass the exporter's port: -MetricsPort 9100 for node_exporter, 9182 for windows_exporter.");

    private void Start(IReadOnlyList<StatusInput> inputs)
    {
        var targets = new List<(MetricTarget, object?)>();
        foreach (StatusInput input in inputs)
        {
            try
            {
                targets.Add((MetricSourceParameters.Resolve(input, _reader!.Options), input.Original));
            }
            catch (AppStatusException exception)
            {
                WriteFault(exception.Fault, input.Original);
            }
        }

        foreach ((MetricTarget target, object? _) in targets)
            if (_source.Warning(target.MetricsUri) is { } warning) Say(output => output.WriteWarning(warning));
        if (targets.Count > 0) Start(targets);
    }

    private void Start(IReadOnlyList<(MetricTarget Target, object? Input)> targets)
    {
        MetricReader reader = _reader!;
        Start(async (output, cancellationToken) =>
        {
            IReadOnlyList<MetricReading> readings = await reader.ReadAsync([.. targets.Select(target => target.Target)], cancellationToken).ConfigureAwait(false);
            foreach ((MetricTarget target, object? input) in targets)
            {
                // One reason is one error, however many metrics it keeps away.
                var said = new HashSet<string>(StringComparer.Ordinal);
                MetricReading[] own = [.. readings.Where(reading => reading.Target == target)];
                if (Metric is null && own.Length > 1 && own.All(reading => reading.Fault is { Id: ErrorId.MetricNotFound }))
                {
                    lock (_without) _without.Add(target.Name);
                    continue;
                }

                foreach (MetricReading reading in own)
                {
                    if (reading.Sample is not null) output.WriteObject(reading.Sample);
                    else if (said.Add(reading.Fault!.Message)) output.WriteError(reading.Fault, input ?? target.Name);
                }
            }
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _reader?.Dispose();
    }
}
