using System.Net;

namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>How metric endpoints are spoken to.</summary>
internal sealed record MetricHttpOptions
{
    /// <summary>Basic authentication; or null.</summary>
    public NetworkCredential? Credential { get; init; }

    /// <summary>Takes any certificate, in this source only.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>Null speaks to the endpoints directly.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>How many instances are read side by side; at least 1.</summary>
    public int Parallel { get; init; } = 32;

    /// <summary>A record prints its members; these must not print their secrets.</summary>
    public override string ToString() => nameof(MetricHttpOptions);
}
