using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Status;

/// <summary>What one instance answered, or why it did not.</summary>
public sealed record InstanceStatus
{
    public required string Name { get; init; }

    public required Uri Uri { get; init; }

    public string Address => Uri.Host;

    public int Port => Uri.Port;

    public AppStatusValue Status { get; init; }

    /// <summary>The status as it was sent; empty where none came.</summary>
    public string RawStatus { get; init; } = "";

    /// <summary>The text that the instance sent, never parsed; empty where none came.</summary>
    public string Version { get; init; } = "";

    public string HostName { get; init; } = "";

    public string AppId { get; init; } = "";

    /// <summary>The HTTP status code; 0 where no answer came.</summary>
    public int StatusCode { get; init; }

    /// <summary>From sending the request to the end of the body, in milliseconds.</summary>
    public double LatencyMs { get; init; }

    public DateTimeOffset CheckedAt { get; init; }

    public string Pool => Member?.Pool ?? "";

    /// <summary>The pool member that was asked for, where the input was one.</summary>
    public PoolMember? Member { get; init; }

    /// <summary>Why there is no status; empty when there is.</summary>
    public string Error => Fault?.ToString() ?? "";

    /// <summary>Where the body says one thing and the status code another: the balancer's monitor may go by either. Else empty.</summary>
    public string Note => Fault is null && Status == AppStatusValue.Ready && !IsSuccess
        ? FormattableString.Invariant($"says '{RawStatus}' with HTTP {StatusCode}: no success, and no traffic from a balancer that goes by the code")
        : "";

    internal bool IsSuccess => StatusCode is >= 200 and < 300;

    internal Fault? Fault { get; init; }

    public override string ToString() => Fault is null ? $"{Name}: {RawStatus} {Version}".TrimEnd() : $"{Name}: {Error}";
}
