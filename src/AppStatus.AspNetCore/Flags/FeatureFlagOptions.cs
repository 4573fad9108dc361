using System.Net;

namespace AppStatus.AspNetCore.Flags;

/// <summary>Where an application's feature flags stand, and how they are read.</summary>
public sealed class FeatureFlagOptions
{
    /// <summary><c>redis://host:6379/0</c>, or <c>rediss://</c> for TLS, without a password in it. Default: the environment variable <c>APPSTATUS_REDIS</c>.</summary>
    public string? Redis { get; set; } = Environment.GetEnvironmentVariable("APPSTATUS_REDIS");

    /// <summary>User and password; for a password without a user, the user is <c>default</c>. It needs <c>+select +mget</c> on the flags' keys.</summary>
    public NetworkCredential? Credential { get; set; }

    /// <summary>Takes any certificate; for this connection only.</summary>
    public bool SkipCertificateCheck { get; set; }

    /// <summary>What stands before a flag's name in its key. Default: nothing.</summary>
    public string KeyPrefix { get; set; } = "";

    /// <summary>Flags that are read from the start. Others are read once they have been asked for.</summary>
    public IList<string> Names { get; } = [];

    /// <summary>How long after one reading the next one begins: 50 ms to 1 h. Default: 500 ms, so that a switch is seen within a second.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long the last known values hold when Redis can't be read any more; then each answer is the caller's default. Twice <see cref="RefreshInterval"/> or more; default:
    /// <see cref="Timeout.InfiniteTimeSpan"/>, since an outage of Redis shall not switch features under everybody's feet.
    /// </summary>
    public TimeSpan MaxStale { get; set; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// How long the application's start waits for the first reading of <see cref="Names"/>, so that the first request meets the right
    /// values: 0 to 60 s. A Redis that refuses holds nothing up. Default: 2 s.
    /// </summary>
    public TimeSpan StartLimit { get; set; } = TimeSpan.FromSeconds(2);
}
