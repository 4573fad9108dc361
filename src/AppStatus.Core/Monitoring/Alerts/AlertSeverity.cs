namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>How much an alert matters, least first.</summary>
public enum AlertSeverity
{
    Info,
    Warning,
    Critical,
}
