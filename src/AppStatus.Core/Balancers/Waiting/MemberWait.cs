using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Waiting;

/// <summary>How a wait for a member goes.</summary>
internal sealed record MemberWaitOptions
{
    /// <summary>From the first reading to giving up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>From one reading to the next, give or take a half: waits come into step.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many readings in a row must be right; at least 1.</summary>
    public int Consecutive { get; init; } = 2;
}

/// <summary>How a wait ended.</summary>
/// <param name="Reached">Whether the last readings were right, as many as were asked for.</param>
/// <param name="Last">The last reading; null where there was none.</param>
/// <param name="Fault">Why the last attempt brought no reading; null where it did.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record MemberWaitResult(bool Reached, PoolMember? Last, Fault? Fault, TimeSpan Elapsed);
