using System.Net;

namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>How a metric is read: of each instance, whatever the instances are. An alert rule carries one.</summary>
public sealed record MetricSourceOptions
{
    public MetricSourceKind Source { get; init; }

    /// <summary>PromQL; empty for the other sources.</summary>
    public string Query { get; init; } = "";

    /// <summary>The Prometheus server of a query; null for the other sources.</summary>
    public Uri? Uri { get; init; }

    /// <summary>1–65535; null: the instance's own.</summary>
    public int? MetricsPort { get; init; }

    public string MetricsPath { get; init; } = "/metrics";

    /// <summary>A whole address with {Name}, {Address}, {Port} and {ComputerName} in it; goes before port and path. Empty for none.</summary>
    public string MetricsUri { get; init; } = "";

    /// <summary>A container's name with {Name}, {Address}, {Port} and {ComputerName} in it.</summary>
    public string ContainerName { get; init; } = "{Name}";

    /// <summary>Seconds for one reading of all instances.</summary>
    public int TimeoutSec { get; init; } = 5;

    public bool SkipCertificateCheck { get; init; }

    /// <summary>An HTTP proxy; null speaks to the endpoints directly.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Never shown or serialized; rules with equal settings share one source only where they share this, too.</summary>
    internal NetworkCredential? Credential { get; init; }

    public override string ToString() => Source == MetricSourceKind.PromQL ? $"PromQL at {Uri?.Authority}" : Source.ToString();
}
