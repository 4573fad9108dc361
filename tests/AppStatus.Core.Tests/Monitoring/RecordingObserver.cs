using AppStatus.Core.Monitoring;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Notification;

namespace AppStatus.Core.Tests.Monitoring;

internal sealed class RecordingObserver(TimeProvider time) : IMonitorObserver
{
    private readonly DateTimeOffset _start = time.GetUtcNow();

    public List<string> Said { get; } = [];

    public List<NotificationResult> Notified { get; } = [];

    public Action<Alert> WhenAlerted { get; set; } = static _ => { };

    public void OnReading(MetricReading reading) => Said.Add(FormattableString.Invariant($"{Seconds} {reading.Target.Name}={(reading.Sample is { } sample ? sample.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) : "none")}"));

    public void OnAlert(Alert alert, MetricTarget target)
    {
        Said.Add(FormattableString.Invariant($"{Seconds} {alert.Rule} {alert.State} {target.Name}"));
        WhenAlerted(alert);
    }

    public void OnNotified(NotificationResult result, IReadOnlyList<Alert> alerts) => Notified.Add(result);

    private double Seconds => (time.GetUtcNow() - _start).TotalSeconds;
}
