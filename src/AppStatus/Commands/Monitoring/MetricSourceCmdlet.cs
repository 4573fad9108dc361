using System.ComponentModel;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Monitoring;

/// <summary>How a metric is read, as it is typed: what rules and watches share.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class MetricSourceCmdlet : OperationCmdlet
{
    private readonly MetricSourceParameters _source = new();

    private protected MetricSourceCmdlet()
    {
    }

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

    private protected MetricSourceParameters SourceParameters => _source;
}
