using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Notification;

namespace AppStatus.Core.Monitoring;

/// <summary>Hears of everything that a monitor sees, one thing after the other. It must not throw and must not block.</summary>
internal interface IMonitorObserver
{
    /// <summary>A sample, or the reason why there is none; before the alerts that it makes.</summary>
    void OnReading(MetricReading reading);

    void OnAlert(Alert alert, MetricTarget target);

    /// <summary>A channel was told, or was not; failures are tried again.</summary>
    void OnNotified(NotificationResult result, IReadOnlyList<Alert> alerts);
}
