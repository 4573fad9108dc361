using System.Globalization;
using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>
/// Folds readings into a rule's standing. Pure: the time comes in, and the same readings give the same alerts. No data never clears
/// anything and never counts as right: it holds what was, and fires when it lasts.
/// </summary>
internal static class AlertEvaluator
{
    public static (AlertStanding Standing, Alert? Event) Step(AlertRule rule, AlertStanding standing, MetricReading reading, DateTimeOffset now) =>
        reading.Sample is { } sample ? OfValue(rule, standing, sample, now) : OfNoData(rule, standing, reading, now);

    private static (AlertStanding, Alert?) OfValue(AlertRule rule, AlertStanding standing, MetricSample sample, DateTimeOffset now)
    {
        bool past = IsPast(rule, sample.Value);
        AlertStanding next = standing with { SilentSince = null, PastSince = past ? standing.PastSince ?? now : null };
        if (standing.Firing is { } firing)
        {
            // What fired for want of data was never measured against the threshold, so it needs no way back across it.
            bool over = firing.NoData ? !past : IsClear(rule, sample.Value);
            if (over) return (next with { Phase = AlertPhase.Ok, Firing = null }, Cleared(rule, firing, sample, now));
            // From here on it is the value that keeps it firing.
            return (next with { Phase = AlertPhase.Firing, Firing = firing with { NoData = false } }, null);
        }

        if (!past) return (next with { Phase = AlertPhase.Ok }, null);
        if ((now - next.PastSince!.Value).TotalSeconds < rule.ForSec) return (next with { Phase = AlertPhase.Pending }, null);
        Alert fired = Fired(rule, sample, next.PastSince.Value, now);
        return (next with { Phase = AlertPhase.Firing, Firing = fired }, fired);
    }

    private static (AlertStanding, Alert?) OfNoData(AlertRule rule, AlertStanding standing, MetricReading reading, DateTimeOffset now)
    {
        AlertStanding next = standing with { SilentSince = standing.SilentSince ?? now };
        if (standing.Firing is not null) return (next, null);

        double silent = (now - next.SilentSince!.Value).TotalSeconds;
        // The first reading of a rate is nobody's fault: only one that never comes is.
        double patience = rule.OnNoData == NoDataAction.Fire && !reading.WarmingUp ? Math.Min(rule.ForSec, rule.NoDataSec) : rule.NoDataSec;
        if (silent < patience) return (next with { Phase = AlertPhase.NoData }, null);
        Alert fired = FiredWithoutData(rule, reading, next.SilentSince.Value, now);
        return (next with { Phase = AlertPhase.Firing, Firing = fired }, fired);
    }

    private static bool IsPast(AlertRule rule, double value) => rule.GreaterThan is { } most ? value > most : value < rule.LessThan;

    private static bool IsClear(AlertRule rule, double value) => rule.GreaterThan is { } most
        ? rule.ClearBelow is { } below ? value < below : value <= most
        : rule.ClearAbove is { } above ? value > above : value >= rule.LessThan;

    private static Alert Fired(AlertRule rule, MetricSample sample, DateTimeOffset since, DateTimeOffset now) => Of(rule, sample.Instance, AlertState.Firing, now) with
    {
        Value = sample.Value,
        Unit = sample.Unit,
        Since = since,
        Message = Safe($"{sample.Instance}: {rule.Metric} is {Show(sample.Value, sample.Unit)}, {Side(rule)} {Show(rule.Threshold, sample.Unit)}{For(since, now)}."),
    };

    private static Alert FiredWithoutData(AlertRule rule, MetricReading reading, DateTimeOffset since, DateTimeOffset now) => Of(rule, reading.Target.Name, AlertState.Firing, now) with
    {
        NoData = true,
        Since = since,
        Message = Safe($"{reading.Target.Name}: there is no {rule.Metric}{For(since, now)}, so nobody knows whether it is {Side(rule)} {Show(rule.Threshold, "")}. {reading.Fault?.Message}"),
    };

    private static Alert Cleared(AlertRule rule, Alert firing, MetricSample sample, DateTimeOffset now) => Of(rule, sample.Instance, AlertState.Cleared, now) with
    {
        Value = sample.Value,
        Unit = sample.Unit,
        Since = firing.Since,
        Message = Safe($"{sample.Instance}: {rule.Metric} is {Show(sample.Value, sample.Unit)}; what fired {Seconds(now - firing.At)} ago is over."),
    };

    private static Alert Of(AlertRule rule, string instance, AlertState state, DateTimeOffset now) => new()
    {
        Rule = rule.Name,
        Instance = instance,
        Metric = rule.Metric,
        State = state,
        Severity = rule.Severity,
        Threshold = rule.Threshold,
        At = now,
        Message = "",
    };

    private static string Side(AlertRule rule) => rule.GreaterThan is null ? "below" : "above";

    private static string For(DateTimeOffset since, DateTimeOffset now) => now - since < TimeSpan.FromSeconds(0.5) ? "" : $" for {Seconds(now - since)}";

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0} s");

    private static string Show(double value, string unit) => $"{value.ToString("0.###", CultureInfo.InvariantCulture)} {unit}".TrimEnd();

    private static string Safe(string text) => SafeText.Condensed(text, 1000);
}
