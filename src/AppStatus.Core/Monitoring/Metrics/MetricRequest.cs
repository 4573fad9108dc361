using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Expressions;

namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>What is asked of a source at one time.</summary>
/// <param name="Targets">Of which instances.</param>
/// <param name="Metrics">Which metrics of each.</param>
/// <param name="Deadline">For the whole answer; what is not known by then is no data.</param>
internal sealed record MetricRequest(IReadOnlyList<MetricTarget> Targets, IReadOnlyList<MetricExpression> Metrics, TimeSpan Deadline)
{
    /// <summary>The same reason for each metric of an instance.</summary>
    public IEnumerable<MetricReading> NoneOf(MetricTarget target, Fault fault) =>
        Metrics.Select(metric => MetricReading.None(target, metric.Text, fault));
}
