namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>
/// Reads metrics of instances. A source that is down, slow, or answers nonsense yields readings without data and with the
/// reason. It keeps what it needs for rates from one reading to the next, so each watch has a source of its own.
/// </summary>
internal interface IMetricSource : IDisposable
{
    /// <summary>A reading for each metric of each target, in any order.</summary>
    Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken);
}
