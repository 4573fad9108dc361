using System.Collections.Concurrent;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Expressions;
using AppStatus.Core.Monitoring.Metrics.Text;
using AppStatus.Core.Status;

namespace AppStatus.Core.Monitoring.Metrics.Prometheus;

/// <summary>Scrapes each instance's metrics endpoint, and keeps the last scrape of each for rates.</summary>
internal sealed class PrometheusSource(MetricHttpOptions options, TimeProvider time) : IMetricSource
{
    // Quality values as Prometheus sends them; OpenMetrics is asked for by nobody here.
    private const string Accept = "text/plain;version=0.0.4;q=1,*/*;q=0.1";

    private readonly MetricHttp _http = new(options, time);
    private readonly SemaphoreSlim _free = new(options.Parallel);
    private readonly ConcurrentDictionary<string, Scrape> _last = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        IEnumerable<MetricReading>[] readings = await Task.WhenAll(request.Targets.Select(target => ReadAsync(request, target, started, cancellationToken))).ConfigureAwait(false);
        return [.. readings.SelectMany(reading => reading)];
    }

    public void Dispose()
    {
        _http.Dispose();
        _free.Dispose();
    }

    private async Task<IEnumerable<MetricReading>> ReadAsync(MetricRequest request, MetricTarget target, long started, CancellationToken cancellationToken)
    {
        if (target.MetricsUri is not { } uri)
            return request.NoneOf(target, new Fault(ErrorId.InvalidTarget, $"{target.Name} has no address to read metrics from.", "Pass host, host:port or a URI."));
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            TimeSpan left = request.Deadline - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return request.NoneOf(target, StatusFaults.TimedOut(uri, request.Deadline));
            MetricHttpAnswer answer = await _http.GetAsync(uri, Accept, left, static _ => false, cancellationToken).ConfigureAwait(false);
            if (answer.Fault is { } fault) return request.NoneOf(target, WithPorts(fault, uri));
            if (ExpositionParser.TryParse(answer.Text, out Exposition content) is { } wrong)
                return request.NoneOf(target, new Fault(ErrorId.InvalidResponse, $"{StatusFaults.Show(uri)} answered 200, but these are no metrics in Prometheus' text format: {wrong}.", "Check -MetricsPort and -MetricsPath."));

            var now = new Scrape(content, time.GetElapsedTime(0).TotalSeconds, time.GetUtcNow());
            _last.TryGetValue(target.Key, out Scrape? before);
            _last[target.Key] = now;
            return [.. request.Metrics.Select(metric => MetricReading.Of(target, metric.Text, metric.Evaluate(now, before), now.At))];
        }
        finally
        {
            _free.Release();
        }
    }

    private static Fault WithPorts(Fault fault, Uri uri) => fault.Id == ErrorId.Unreachable && uri.IsDefaultPort
        ? fault with { NextStep = "Pass the exporter's port by -MetricsPort: 9100 is node_exporter's, 9182 windows_exporter's." }
        : fault;
}
