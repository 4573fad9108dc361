using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>Where each rule stands for each instance of a watch. Rules are told apart by their names.</summary>
internal sealed class AlertBoard(IReadOnlyList<AlertRule> rules)
{
    private readonly Dictionary<(string Rule, string Target), AlertStanding> _standings = [];

    /// <summary>What fires now, in the order of the rules.</summary>
    public IReadOnlyList<Alert> Firing =>
        [.. rules.SelectMany(rule => _standings.Where(entry => entry.Key.Rule == rule.Name).Select(entry => entry.Value.Firing).OfType<Alert>())];

    /// <summary>Takes a reading for one rule.</summary>
    public Alert? Take(AlertRule rule, MetricReading reading, DateTimeOffset now)
    {
        (AlertStanding standing, Alert? happened) = AlertEvaluator.Step(rule, Of(rule, reading.Target), reading, now);
        _standings[(rule.Name, reading.Target.Key)] = standing;
        return happened;
    }

    public AlertStanding Of(AlertRule rule, MetricTarget target) =>
        _standings.TryGetValue((rule.Name, target.Key), out AlertStanding? standing) ? standing : AlertStanding.Start;
}
