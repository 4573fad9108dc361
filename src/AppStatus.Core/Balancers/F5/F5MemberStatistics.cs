namespace AppStatus.Core.Balancers.F5;

/// <summary>One member's statistics.</summary>
internal sealed record F5MemberStatistics
{
    public string Pool { get; init; } = "";

    public string Node { get; init; } = "";

    public string Port { get; init; } = "";

    public string Address { get; init; } = "";

    public long? Connections { get; init; }

    public long? Total { get; init; }

    /// <summary><c>available</c>, <c>unavailable</c> (at its connection limit), <c>offline</c> or <c>unknown</c>.</summary>
    public string Availability { get; init; } = "";

    /// <summary><c>enabled</c>, <c>disabled</c> or <c>disabled-by-parent</c> (its node).</summary>
    public string Enabled { get; init; } = "";

    public string Reason { get; init; } = "";
}
