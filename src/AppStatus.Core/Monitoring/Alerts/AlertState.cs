namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>What happened to an alert. None of them is 0, which PowerShell takes for false: <c>Where-Object State</c> finds them all.</summary>
public enum AlertState
{
    /// <summary>It began.</summary>
    Firing = 1,

    /// <summary>It is over.</summary>
    Cleared = 2,
}
