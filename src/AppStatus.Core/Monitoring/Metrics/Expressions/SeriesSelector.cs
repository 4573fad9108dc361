using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>Chooses series by name and labels: <c>http_requests_total{code=~"5.."}</c>.</summary>
internal sealed class SeriesSelector(string text, string name, IReadOnlyList<LabelMatcher> matchers)
{
    private const double LongestAgeSeconds = 300;

    public string Name => name;

    /// <summary>
    /// A counter's growth per second, all chosen series together, or a gauge's value, which must be that of one series: gauges don't add up.
    /// </summary>
    public MetricValue Evaluate(Scrape now, Scrape? before)
    {
        IReadOnlyList<ExpositionSample> named = now.Content.Named(name);
        if (named.Count == 0) return MetricValue.NotFound($"the exporter serves no {name}", "Read all that it serves at its metrics address in a browser, or check the name.");
        List<ExpositionSample> chosen = [.. named.Where(sample => matchers.All(matcher => matcher.Matches(sample)))];
        return now.Content.IsCounter(name) ? Rate(named, chosen, now, before) : Gauge(chosen, now);
    }

    public override string ToString() => text;

    private MetricValue Rate(IReadOnlyList<ExpositionSample> named, List<ExpositionSample> chosen, Scrape now, Scrape? before)
    {
        // Applications make a series when they first count with it, so one that is not there stands at 0; but a label that no series has is a mistake.
        if (chosen.Count == 0 && matchers.FirstOrDefault(matcher => named.All(sample => sample.Label(matcher.Label).Length == 0)) is { } unknown)
            return MetricValue.NotFound($"no series of {name} has a label {unknown.Label}", $"It has such as {SafeText.Of(named[0].Series, 200)}.");
        if (before is null) return MetricValue.First;
        double seconds = now.Seconds - before.Seconds;
        if (seconds <= 0) return MetricValue.First;
        double growth = 0;
        foreach (ExpositionSample sample in chosen)
        {
            if (Wrong(sample, now) is { } wrong) return wrong;
            growth += Growth(sample, before.Content.Find(sample.Series));
        }

        return MetricValue.Of(growth / seconds, MetricUnit.OfRate(name));
    }

    private MetricValue Gauge(List<ExpositionSample> chosen, Scrape now)
    {
        if (chosen.Count == 0) return MetricValue.NotFound($"no series of {name} has these labels", "Check the labels.");
        if (chosen.Count > 1)
            return MetricValue.NoData($"{chosen.Count} series match, and a gauge's don't add up", $"Choose one by its labels, such as {SafeText.Of(chosen[0].Series, 200)}.");
        return Wrong(chosen[0], now) ?? MetricValue.Of(chosen[0].Value, MetricUnit.Of(name));
    }

    /// <summary>A counter that is smaller than it was began anew at 0, since its process did.</summary>
    private static double Growth(ExpositionSample sample, ExpositionSample? before)
    {
        if (before is null || double.IsNaN(before.Value)) return sample.Value;
        return sample.Value >= before.Value ? sample.Value - before.Value : sample.Value;
    }

    private static MetricValue? Wrong(ExpositionSample sample, Scrape now)
    {
        if (double.IsNaN(sample.Value) || double.IsInfinity(sample.Value))
            return MetricValue.NoData(FormattableString.Invariant($"{SafeText.Of(sample.Series, 200)} is {sample.Value}"), "Look at what the exporter says of it.");
        if (sample.Timestamp is not { } stamp) return null;
        double age = (now.At.ToUnixTimeMilliseconds() - stamp) / 1000.0;
        return age > LongestAgeSeconds
            ? MetricValue.NoData(FormattableString.Invariant($"{SafeText.Of(sample.Series, 200)} is {age:0} s old"), "Look at what feeds the exporter, and at both machines' clocks.")
            : null;
    }
}
