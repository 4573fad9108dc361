using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Status;

namespace AppStatus.Core.Monitoring;

/// <summary>What is read from one source at one time, and the rules that live by it.</summary>
internal sealed record MonitorFeed(IMetricSource Source, MetricRequest Request, IReadOnlyList<AlertRule> Rules) : IDisposable
{
    /// <summary>One feed for each way of reading: rules with equal settings share their readings, with each other and with what is watched anyway.</summary>
    /// <param name="options">How everything is read that is read in no way of its own.</param>
    /// <param name="metrics">What is read beside the rules' metrics; may be empty.</param>
    /// <param name="parallel">How many instances are read side by side.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>, <see cref="ErrorId.InvalidTarget"/> or <see cref="ErrorId.NotSupported"/>; nothing is left open.</exception>
    public static IReadOnlyList<MonitorFeed> Of(
        IReadOnlyList<StatusTargetSource> instances, MetricSourceOptions options, IReadOnlyList<string> metrics, IReadOnlyList<AlertRule> rules, int parallel, TimeProvider time)
    {
        Check(rules);
        IEnumerable<(MetricSourceOptions Options, string Metric, AlertRule? Rule)> wanted =
            metrics.Select(metric => (options, metric.Trim(), (AlertRule?)null))
            .Concat(rules.Select(rule => (rule.Source ?? options, rule.Metric.Trim(), (AlertRule?)rule)));
        var feeds = new List<MonitorFeed>();
        try
        {
            foreach (IGrouping<MetricSourceOptions, (MetricSourceOptions Options, string Metric, AlertRule? Rule)> group in wanted.GroupBy(want => want.Options))
            {
                MetricSourceOptions way = group.Key;
                MetricTarget[] targets = [.. instances.Select(instance => MetricTargets.Of(instance, way)).GroupBy(target => target.Key, StringComparer.Ordinal).Select(same => same.First())];
                var request = new MetricRequest(
                    targets,
                    [.. group.Select(want => want.Metric).Distinct(StringComparer.Ordinal).Select(metric => MetricSources.Metric(way.Source, metric))],
                    TimeSpan.FromSeconds(way.TimeoutSec));
                feeds.Add(new MonitorFeed(MetricSources.Create(way, parallel, time), request, [.. group.Select(want => want.Rule).OfType<AlertRule>()]));
            }
        }
        catch
        {
            foreach (MonitorFeed feed in feeds) feed.Dispose();
            throw;
        }

        return feeds;
    }

    public void Dispose() => Source.Dispose();

    private static void Check(IReadOnlyList<AlertRule> rules)
    {
        foreach (AlertRule rule in rules)
            if (rule.Check() is { } fault) throw new AppStatusException(fault, rule);
        if (rules.GroupBy(rule => rule.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new AppStatusException(ErrorId.InvalidArgument, $"Two alert rules are called '{SafeText.Of(twice.Key, 100)}', and their alerts could not be told apart.", "Give one another -Name.");
    }
}
