namespace AppStatus.Core.Status;

/// <summary>How a wait for a status goes.</summary>
internal sealed record StatusWaitOptions
{
    /// <summary>From the first request to giving up.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>From one answer to the next request.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many readings in a row must be right; at least 1.</summary>
    public int Consecutive { get; init; } = 3;
}

/// <summary>How a wait ended.</summary>
/// <param name="Reached">Whether the last readings were right, as many as were asked for.</param>
/// <param name="Last">The last reading; one without an answer when even the first was cut off.</param>
/// <param name="InARow">How many right readings stand at the end.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record StatusWaitResult(bool Reached, InstanceStatus Last, int InARow, TimeSpan Elapsed);
