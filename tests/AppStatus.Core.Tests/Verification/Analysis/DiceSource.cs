using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Tests.Verification.Analysis;

/// <summary>Metrics by the dice: each of each instance a series of its own, those of canaries shifted.</summary>
internal sealed class DiceSource(TimeProvider time, SyntheticSeries shape, double shift, Random dice) : IMetricSource
{
    private readonly Dictionary<(string, string), IEnumerator<double>> _series = [];

    public Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<MetricReading>>([.. request.Targets.SelectMany(target => request.Metrics.Select(metric =>
            MetricReading.Of(target, metric.Text, Next(target.Name, metric.Text) + (target.Name == "canary" ? shift : 0), "", time.GetUtcNow())))]);

    public void Dispose()
    {
        foreach (IEnumerator<double> series in _series.Values) series.Dispose();
    }

    private double Next(string target, string metric)
    {
        if (!_series.TryGetValue((target, metric), out IEnumerator<double>? series)) _series[(target, metric)] = series = shape.Values(dice).GetEnumerator();
        series.MoveNext();
        return series.Current;
    }
}
