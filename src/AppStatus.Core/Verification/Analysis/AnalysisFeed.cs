using AppStatus.Core.Errors;
using AppStatus.Core.Deployments;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Status;

namespace AppStatus.Core.Verification.Analysis;

/// <summary>What is read from one source each interval, and the rules that live by it.</summary>
internal sealed record AnalysisFeed(IMetricSource Source, MetricRequest Request, IReadOnlyList<RuleTrial> Trials) : IDisposable
{
    /// <summary>One feed for each way of reading, with a source of its own: rates must not span two judgements.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>, <see cref="ErrorId.InvalidTarget"/> or <see cref="ErrorId.NotSupported"/>; nothing is left open.</exception>
    public static IReadOnlyList<AnalysisFeed> Of(
        IReadOnlyList<AnalysisRule> rules, ReleaseUnderTest release, Func<MetricSourceOptions, IMetricSource> sourceFactory, TimeProvider time)
    {
        var feeds = new List<AnalysisFeed>();
        try
        {
            foreach (IGrouping<MetricSourceOptions, AnalysisRule> group in rules.GroupBy(WayOf)) feeds.Add(Of(group.Key, [.. group], release, sourceFactory, time));
        }
        catch
        {
            foreach (AnalysisFeed feed in feeds) feed.Dispose();
            throw;
        }

        return feeds;
    }

    public static MetricSourceOptions WayOf(AnalysisRule rule) => rule.Source ?? new MetricSourceOptions();

    public void Dispose() => Source.Dispose();

    private static AnalysisFeed Of(MetricSourceOptions way, AnalysisRule[] rules, ReleaseUnderTest release, Func<MetricSourceOptions, IMetricSource> sourceFactory, TimeProvider time)
    {
        MetricTarget[] canaries = Targets(release.Canaries, way);
        // What runs the new release is no baseline, whoever names it as one.
        MetricTarget[] baselines = [.. Targets(release.Baselines, way).Where(target => canaries.All(canary => canary.Key != target.Key))];
        IEnumerable<MetricTarget> read = rules.Any(rule => rule.MannWhitney) ? canaries.Concat(baselines) : canaries;
        var request = new MetricRequest(
            [.. read],
            [.. rules.Select(rule => rule.Metric.Trim()).Distinct(StringComparer.Ordinal).Select(metric => MetricSources.Metric(way.Source, metric))],
            Least(TimeSpan.FromSeconds(way.TimeoutSec), release.Interval));
        return new AnalysisFeed(new GuardedMetricSource(sourceFactory(way), time), request, [.. rules.Select(rule => new RuleTrial(rule, canaries, baselines))]);
    }

    private static MetricTarget[] Targets(IReadOnlyList<Instance> instances, MetricSourceOptions way) =>
        [.. instances.Select(instance => MetricTargets.Of(new StatusTargetSource(instance.Name, instance.Address, instance.Port) { Uri = instance.Uri, ComputerName = instance.ComputerName }, way))
            .GroupBy(target => target.Key, StringComparer.Ordinal).Select(same => same.First())];

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
