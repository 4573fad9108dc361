using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

/// <summary>A source that answers as a test has it: a value for each reading in turn; the last one stays.</summary>
internal sealed class ScriptedSource(TimeProvider time, params double?[] values) : IMetricSource
{
    private int _running;

    public int Reads { get; private set; }

    public int MostAtOnce { get; private set; }

    public bool Disposed { get; private set; }

    public List<DateTimeOffset> At { get; } = [];

    /// <summary>How long the reading of this number (from 1) takes, on the clock.</summary>
    public Func<int, TimeSpan> Takes { get; init; } = static _ => TimeSpan.Zero;

    public bool IgnoresTheToken { get; init; }

    public Exception? Throws { get; set; }

    public async Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken)
    {
        int number = ++Reads;
        At.Add(time.GetUtcNow());
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        try
        {
            if (Throws is not null) throw Throws;
            await time.DelayAsync(Takes(number), IgnoresTheToken ? CancellationToken.None : cancellationToken);
            double? value = values[Math.Min(number, values.Length) - 1];
            return [.. request.Targets.SelectMany(target => request.Metrics.Select(metric => value is { } number
                ? MetricReading.Of(target, metric.Text, number, "%", time.GetUtcNow())
                : MetricReading.None(target, metric.Text, new Fault(ErrorId.Unreachable, "it is down"))))];
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public void Dispose() => Disposed = true;
}
