namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>An instance, as metric sources know it.</summary>
/// <param name="Name">What it is called in samples and alerts.</param>
/// <param name="Address">A host name or an address; IPv6 without brackets.</param>
/// <param name="Port">The instance's own, 1–65535; null where it is not known.</param>
internal sealed record MetricTarget(string Name, string Address, int? Port)
{
    /// <summary>The host's name; empty where there is none beside the address.</summary>
    public string ComputerName { get; init; } = "";

    /// <summary>Where its metrics are scraped; null where it is not scraped.</summary>
    public Uri? MetricsUri { get; init; }

    /// <summary>The name or id of its container; empty where it is not read from one.</summary>
    public string Container { get; init; } = "";

    /// <summary>Two targets with one key are one instance; those of one host share its exporter's address, and not the key.</summary>
    public string Key => FormattableString.Invariant($"{Name}|{Address}:{Port}|{MetricsUri}");

    public override string ToString() => Name;
}
