using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>Requests by status, as the usual client libraries count them.</summary>
internal static class RequestMetrics
{
    // ASP.NET Core by OpenTelemetry; Prometheus' own clients and many frameworks; prometheus-net; histograms of the older ones.
    private static readonly string[] Counters =
        ["http_server_request_duration_seconds_count", "http_requests_total", "http_requests_received_total", "http_server_requests_seconds_count", "http_request_duration_seconds_count"];

    private static readonly string[] StatusLabels = ["http_response_status_code", "code", "status", "status_code"];

    /// <summary>The share of requests that were answered with a status of 500 or more since the last reading. Where no request came, there is none.</summary>
    public static MetricValue ErrorPercent(Scrape now, Scrape? before)
    {
        if (Find(now.Content, labelled: true) is not ({ } counter, { } label)) return Unknown(" by status");
        var all = new SeriesSelector(counter, counter, []);
        MetricValue requests = all.Evaluate(now, before);
        if (!requests.IsNumber) return requests;
        if (requests.Value == 0) return MetricValue.NoData("no request came since the last reading");
        MetricValue errors = new SeriesSelector(counter, counter, [LabelMatcher.Of(label, "=~", "5[0-9x][0-9x]")]).Evaluate(now, before);
        return errors.IsNumber ? MetricValue.Percent(100 * errors.Value / requests.Value) : errors;
    }

    /// <summary>Requests per second since the last reading.</summary>
    public static MetricValue Rate(Scrape now, Scrape? before) =>
        Find(now.Content, labelled: false) is ({ } counter, _) ? new SeriesSelector(counter, counter, []).Evaluate(now, before) : Unknown("");

    private static (string? Counter, string? Label) Find(Exposition scrape, bool labelled)
    {
        foreach (string counter in Counters)
        {
            IReadOnlyList<ExpositionSample> samples = scrape.Named(counter);
            string? label = StatusLabels.FirstOrDefault(name => samples.Any(sample => sample.Label(name).Length > 0));
            if (samples.Count > 0 && (label is not null || !labelled)) return (counter, label);
        }

        return (null, null);
    }

    private static MetricValue Unknown(string how) => MetricValue.NotFound(
        $"the instance counts no requests{how} under a usual name",
        "Divide its own counters, such as: -Metric 'my_requests_total{status=\"failed\"} / my_requests_total'.");
}
