using AppStatus.Core.Monitoring.Metrics.Expressions;
using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

internal static class Scrapes
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static Scrape Of(string text, double seconds = 0)
    {
        ExpositionParser.TryParse(text, out Exposition content).ShouldBeNull();
        return new Scrape(content, seconds, Start.AddSeconds(seconds));
    }

    /// <summary>Two scrapes ten seconds apart.</summary>
    public static MetricValue Evaluate(string metric, string before, string now) => MetricExpression.Parse(metric).Evaluate(Of(now, 10), Of(before));
}
