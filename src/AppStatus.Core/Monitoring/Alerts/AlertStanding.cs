namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>What is known of a rule for one instance: the fold of all its readings.</summary>
internal sealed record AlertStanding
{
    public static AlertStanding Start { get; } = new();

    public AlertPhase Phase { get; init; }

    /// <summary>The first of the values past the threshold that stand in a row; null where the last value was not past it.</summary>
    public DateTimeOffset? PastSince { get; init; }

    /// <summary>The first of the readings without data that stand in a row; null where there was data last.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>The alert that fires; null where none does.</summary>
    public Alert? Firing { get; init; }
}
