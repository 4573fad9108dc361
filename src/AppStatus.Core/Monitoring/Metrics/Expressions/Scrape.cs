using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>What an exporter served, and when.</summary>
/// <param name="Seconds">On a clock that nobody sets: for rates.</param>
internal sealed record Scrape(Exposition Content, double Seconds, DateTimeOffset At);
