namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>Where metrics come from.</summary>
public enum MetricSourceKind
{
    /// <summary>Each instance's own metrics page, or its host's exporter, in Prometheus' text format.</summary>
    Prometheus,

    /// <summary>A query to a Prometheus server, for all instances at once.</summary>
    PromQL,

    /// <summary>The statistics of docker or podman on this machine.</summary>
    Container,

    /// <summary>This machine, without any exporter.</summary>
    Local,
}
