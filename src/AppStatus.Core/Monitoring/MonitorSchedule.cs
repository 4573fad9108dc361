namespace AppStatus.Core.Monitoring;

/// <summary>When instances are read.</summary>
/// <param name="Interval">From one reading to the next, above 0. A source that takes longer skips a beat and is never asked twice at a time.</param>
internal sealed record MonitorSchedule(TimeSpan Interval)
{
    /// <summary>How many readings; null for no end.</summary>
    public int? Count { get; init; }

    /// <summary>After which no reading begins; null for no end.</summary>
    public TimeSpan? Duration { get; init; }
}
