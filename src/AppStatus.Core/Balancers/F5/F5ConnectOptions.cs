namespace AppStatus.Core.Balancers.F5;

/// <summary>How to reach a BIG-IP and as whom. A class, not a record: its text must not show the secrets.</summary>
public sealed class F5ConnectOptions
{
    /// <summary>The management address, such as <c>https://bigip01.example:8443/</c>.</summary>
    public required Uri Uri { get; init; }

    public string UserName { get; init; } = "";

    /// <summary>Kept in memory to log in again when the token has ended; never shown.</summary>
    internal string Password { get; init; } = "";

    /// <summary>A token that somebody else got; then no user and password are needed, and it is not deleted at the end.</summary>
    internal string Token { get; init; } = "";

    /// <summary><c>tmos</c> for local users and most remote ones.</summary>
    public string LoginProvider { get; init; } = "tmos";

    /// <summary>Trusts any certificate, in this session only.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>Lets writes go to a unit that is not active, where they show no connections and are lost by the next sync.</summary>
    public bool AllowStandby { get; init; }

    public Uri? Proxy { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connected unit may restart, or be busy, before a read or an idempotent change gives up.</summary>
    public TimeSpan RestartGrace { get; init; } = TimeSpan.FromSeconds(60);

    public override string ToString() => Uri.Host;
}
