using System.Net;

namespace AppStatus.Core.Status;

/// <summary>How status endpoints are spoken to; one client for each set of options.</summary>
internal sealed record StatusClientOptions
{
    /// <summary>From sending a request to the end of its answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Basic authentication, sent with each request; or null.</summary>
    public NetworkCredential? Credential { get; init; }

    /// <summary>A Bearer token, used where there is no <see cref="Credential"/>; or null.</summary>
    public string? Token { get; init; }

    /// <summary>Takes any certificate, in this client only.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>Null speaks to the instances directly, whatever the machine's settings say: a pool's hosts are near, and a proxy would answer in their name.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>To one server, at least 1.</summary>
    public int ConnectionsPerServer { get; init; } = 32;

    /// <summary>Bytes of a body that are read; a longer one is a fault.</summary>
    public int BodyLimit { get; init; } = 64 * 1024;

    /// <summary>A record prints its members; these must not print their secrets.</summary>
    public override string ToString() => nameof(StatusClientOptions);
}
