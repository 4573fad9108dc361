namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>What happened to an alert.</summary>
public enum AlertState
{
    /// <summary>It began.</summary>
    Firing,

    /// <summary>It is over.</summary>
    Cleared,
}
