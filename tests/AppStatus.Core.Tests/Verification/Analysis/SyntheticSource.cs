using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Tests.Verification.Analysis;

/// <summary>A source of made-up metrics: a value for each instance at each look, from 0; null and what is no number is no data.</summary>
internal sealed class SyntheticSource(TimeProvider time, Func<string, int, double?> value) : IMetricSource
{
    private int _look = -1;

    public bool Disposed { get; private set; }

    public List<MetricRequest> Requests { get; } = [];

    /// <summary>How long a look takes, on the clock.</summary>
    public Func<int, TimeSpan> Takes { get; init; } = static _ => TimeSpan.Zero;

    /// <summary>A rate: nothing at the first look.</summary>
    public bool WarmsUp { get; init; }

    public async Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        int look = ++_look;
        await time.DelayAsync(Takes(look), cancellationToken);
        return [.. request.Targets.SelectMany(target => request.Metrics.Select(metric =>
            WarmsUp && look == 0 ? MetricReading.First(target, metric.Text)
            : value(target.Name, look) is { } number ? MetricReading.Of(target, metric.Text, number, "s", time.GetUtcNow())
            : MetricReading.None(target, metric.Text, MetricFaults.Unanswered(target, metric.Text))))];
    }

    public void Dispose() => Disposed = true;
}
