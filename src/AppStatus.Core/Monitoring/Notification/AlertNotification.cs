using System.Text;
using AppStatus.Core.Monitoring.Alerts;

namespace AppStatus.Core.Monitoring.Notification;

/// <summary>What one channel is told at one time.</summary>
internal sealed record AlertNotification
{
    private const int SubjectLimit = 150;

    /// <summary>One line.</summary>
    public required string Subject { get; init; }

    /// <summary>Lines.</summary>
    public required string Text { get; init; }

    public AlertSeverity Severity { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>What it is about; empty for a message of its own.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    public static AlertNotification Of(IReadOnlyList<Alert> alerts, DateTimeOffset at) => new()
    {
        Subject = SubjectOf(alerts),
        Text = TextOf(alerts),
        Severity = alerts.Max(alert => alert.Severity),
        At = at,
        Alerts = alerts,
    };

    /// <summary>A message of somebody's own.</summary>
    public static AlertNotification Of(string subject, string text, AlertSeverity severity, DateTimeOffset at) =>
        new() { Subject = SafeText.Condensed(subject, SubjectLimit), Text = SafeText.OfLines(text), Severity = severity, At = at };

    private static string SubjectOf(IReadOnlyList<Alert> alerts)
    {
        int firing = alerts.Count(alert => alert.State == AlertState.Firing), cleared = alerts.Count - firing;
        string what = alerts.Count == 1
            ? $"{Word(alerts[0].State)}: {alerts[0].Rule} on {alerts[0].Instance}"
            : string.Join(", ", new[] { (firing, "firing"), (cleared, "cleared") }.Where(part => part.Item1 > 0).Select(part => FormattableString.Invariant($"{part.Item1} {part.Item2}")))
                + ": " + string.Join(", ", alerts.Select(alert => alert.Instance).Distinct(StringComparer.Ordinal));
        return SafeText.Condensed($"[{alerts.Max(alert => alert.Severity)}] {what}", SubjectLimit);
    }

    private static string TextOf(IReadOnlyList<Alert> alerts)
    {
        var text = new StringBuilder();
        foreach (Alert alert in alerts.OrderBy(alert => alert.State).ThenByDescending(alert => alert.Severity))
            text.Append(SafeText.Of(FormattableString.Invariant($"{Word(alert.State)} {alert.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z [{alert.Severity}] {alert.Rule}: {alert.Message}"))).Append('\n');
        return text.ToString();
    }

    private static string Word(AlertState state) => state == AlertState.Firing ? "FIRING" : "cleared";
}
