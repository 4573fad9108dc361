using AppStatus.Core.Balancers;

namespace AppStatus.Core.Status;

/// <summary>Where one instance's status is asked for.</summary>
/// <param name="Name">What the instance is called in output.</param>
/// <param name="Uri">The whole status URI, without user or password.</param>
public sealed record StatusTarget(string Name, Uri Uri)
{
    /// <summary>The pool member that the target came from, if it came from one.</summary>
    public PoolMember? Member { get; init; }

    /// <summary>The value of the Host header (and SNI name) where it differs from the URI's host.</summary>
    public string? HostHeader { get; init; }

    /// <summary>The key of a lane: two targets with one key are one instance.</summary>
    public string Key => $"{Uri.Host}:{Uri.Port}";
}
