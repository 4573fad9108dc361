using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Expressions;

namespace AppStatus.Core.Monitoring.Metrics.PromQl;

/// <summary>
/// Asks a Prometheus server one query for all instances, at <c>/api/v1/query</c> (https://prometheus.io/docs/prometheus/latest/querying/api/),
/// and gives each instance the series with its <c>instance</c> label.
/// </summary>
internal sealed class PromQlSource(Uri server, string query, MetricHttpOptions options, TimeProvider time) : IMetricSource
{
    private readonly MetricHttp _http = new(options, time);

    public async Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken)
    {
        string root = server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var uri = new Uri($"{root}/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Absolute);
        // The server says in JSON why it refuses: 400 bad query, 422 can't be computed, 503 aborted.
        MetricHttpAnswer answer = await _http.GetAsync(uri, "application/json", request.Deadline, static code => code is 400 or 422 or 503, cancellationToken).ConfigureAwait(false);
        if (answer.Fault is { } fault)
            return Nothing(request, fault.Id == ErrorId.MetricsEndpointNotFound ? fault with { NextStep = "Pass the address of a Prometheus server by -Uri, without /api/v1." } : fault);
        if (PromQlAnswer.TryRead(answer.Text, server, out PromQlAnswer? said) is { } unread) return Nothing(request, unread);

        DateTimeOffset now = time.GetUtcNow();
        // One query has one value an instance; several metrics of one query would be several names for it.
        return [.. request.Targets.SelectMany(target => request.Metrics.Select(metric => Of(said!, request, target, metric, now)))];
    }

    public void Dispose() => _http.Dispose();

    private static MetricReading Of(PromQlAnswer said, MetricRequest request, MetricTarget target, MetricExpression metric, DateTimeOffset now)
    {
        List<PromQlSeries> mine = InstanceLabel.Of(said.Series, target, alone: request.Targets.Count == 1);
        return mine.Count switch
        {
            1 => MetricReading.Of(target, metric.Text, mine[0].Value, MetricUnit.Of(metric.Text), now),
            0 => MetricReading.None(target, metric.Text, new Fault(
                ErrorId.NoData,
                $"The query gives nothing for {target.Name}{(said.Series.Count == 0 ? "" : $", but for {SafeText.Of(string.Join(", ", said.Series.Take(3).Select(series => series.Instance)), 200)}")}.",
                "Let it keep the instance label, such as by: sum by (instance) (…). Where its port is an exporter's, pass that by -MetricsPort.")),
            _ => MetricReading.None(target, metric.Text, new Fault(
                ErrorId.NoData,
                $"The query gives {mine.Count} series for {target.Name}, and which one is meant is not known.",
                "Sum or choose, such as by: sum by (instance) (…).")),
        };
    }

    private static IReadOnlyList<MetricReading> Nothing(MetricRequest request, Fault fault) => [.. request.Targets.SelectMany(target => request.NoneOf(target, fault))];
}
