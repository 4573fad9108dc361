namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>
/// Holds any source to the promise that a watcher lives by: exactly one reading for each metric of each target, in order, by the
/// deadline, and no exception but the caller's own cancellation.
/// </summary>
internal sealed class GuardedMetricSource(IMetricSource source, TimeProvider time) : IMetricSource
{
    /// <summary>What a source may take beyond the deadline that it was given, to hand over what it knows by then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>A read that its source would not give up; the next one waits for it, so that reads never overlap.</summary>
    private Task? _abandoned;

    public async Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_abandoned is { IsCompleted: false }) return Everything(request, (target, metric) => MetricFaults.TimedOut(target, metric, request.Deadline));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<IReadOnlyList<MetricReading>> read;
        try
        {
            read = source.ReadAsync(request, stop.Token);
        }
        catch (Exception exception)
        {
            return Everything(request, (target, metric) => MetricFaults.Broken(target, metric, exception));
        }

        try
        {
            if (!read.IsCompleted && !await EndsAsync(read, request.Deadline + Grace, cancellationToken).ConfigureAwait(false))
            {
                Abandon(read, stop);
                return Everything(request, (target, metric) => MetricFaults.TimedOut(target, metric, request.Deadline));
            }

            return Complete(request, await read.ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whoever stops wants nothing left running: a source that heeds its token is awaited.
            if (!await EndsAsync(read, Grace, CancellationToken.None).ConfigureAwait(false)) Abandon(read, stop);
            throw;
        }
        catch (Exception exception)
        {
            return Everything(request, (target, metric) => MetricFaults.Broken(target, metric, exception));
        }
    }

    public void Dispose() => source.Dispose();

    private async Task<bool> EndsAsync(Task read, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task first = await Task.WhenAny(read, time.DelayAsync(limit, done.Token)).ConfigureAwait(false);
        done.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
        return first == read;
    }

    private void Abandon(Task read, CancellationTokenSource stop)
    {
        stop.Cancel();
        // Its end is awaited by nobody; its exception is seen, so that it ends nothing else.
        _abandoned = read.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private static IReadOnlyList<MetricReading> Complete(MetricRequest request, IReadOnlyList<MetricReading> readings)
    {
        var known = new Dictionary<(string, string), MetricReading>();
        foreach (MetricReading reading in readings) known[(reading.Target.Key, reading.Metric)] = reading;
        return [.. request.Targets.SelectMany(target => request.Metrics.Select(metric =>
            known.TryGetValue((target.Key, metric.Text), out MetricReading? reading)
                ? reading
                : MetricReading.None(target, metric.Text, MetricFaults.Unanswered(target, metric.Text))))];
    }

    private static IReadOnlyList<MetricReading> Everything(MetricRequest request, Func<MetricTarget, string, Errors.Fault> why) =>
        [.. request.Targets.SelectMany(target => request.Metrics.Select(metric => MetricReading.None(target, metric.Text, why(target, metric.Text))))];
}
