namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>
/// What one channel has told, and what it shall tell next: everything that is new, together in one notification. A rule that fires and clears
/// and fires again is told once in each repeat interval; an alert that stays is told again in each; and whoever was told that
/// something fires is told when it is over. Pure: the time comes in.
/// </summary>
internal sealed record AlertGrouper(TimeSpan RepeatInterval)
{
    private static readonly IReadOnlyDictionary<(string, string), Told> Nothing = new Dictionary<(string, string), Told>();

    private IReadOnlyDictionary<(string Rule, string Instance), Told> Known { get; init; } = Nothing;

    /// <summary>The alerts that are due; empty for none.</summary>
    /// <param name="latest">The last event of each rule and instance, and nothing of those that never fired.</param>
    public IReadOnlyList<Alert> Due(IReadOnlyCollection<Alert> latest, DateTimeOffset now)
    {
        List<Alert> fresh = [.. latest.Where(alert => IsNew(alert, now))];
        // What is told in any case takes along what is due again soon: one message instead of two.
        bool remind = latest.Any(alert => IsReminder(alert, now));
        return remind || fresh.Count > 0 ? [.. latest.Where(alert => fresh.Contains(alert) || (remind && alert.State == AlertState.Firing && WasTold(alert)))] : [];
    }

    /// <summary>After these were delivered.</summary>
    public AlertGrouper With(IReadOnlyList<Alert> delivered, DateTimeOffset now)
    {
        var known = Known.ToDictionary(entry => entry.Key, entry => entry.Value);
        foreach (Alert alert in delivered)
            known[alert.Key] = new Told(alert.State, alert.State == AlertState.Firing ? now : known.TryGetValue(alert.Key, out Told? before) ? before.FiredAt : null);
        return this with { Known = known };
    }

    private bool IsNew(Alert alert, DateTimeOffset now)
    {
        Known.TryGetValue(alert.Key, out Told? told);
        if (alert.State == AlertState.Cleared) return told?.State == AlertState.Firing;
        if (told is { State: AlertState.Firing }) return false;
        return told?.FiredAt is not { } before || now - before >= RepeatInterval;
    }

    private bool IsReminder(Alert alert, DateTimeOffset now) =>
        alert.State == AlertState.Firing && RepeatInterval > TimeSpan.Zero
        && Known.TryGetValue(alert.Key, out Told? told) && told is { State: AlertState.Firing, FiredAt: { } before } && now - before >= RepeatInterval;

    private bool WasTold(Alert alert) => Known.TryGetValue(alert.Key, out Told? told) && told.State == AlertState.Firing;

    /// <param name="State">What was told last.</param>
    /// <param name="FiredAt">When it was last told that it fires.</param>
    private sealed record Told(AlertState State, DateTimeOffset? FiredAt);
}
