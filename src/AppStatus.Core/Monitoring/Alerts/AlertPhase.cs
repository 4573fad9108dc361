namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>Where a rule stands for an instance.</summary>
internal enum AlertPhase
{
    /// <summary>Nothing has been read yet.</summary>
    Unknown,

    /// <summary>The last value is on the right side.</summary>
    Ok,

    /// <summary>Past the threshold, and not long enough to fire.</summary>
    Pending,

    Firing,

    /// <summary>Not firing, and nothing is known at this time.</summary>
    NoData,
}
