namespace AppStatus.Core.Deployments;

/// <summary>How a deployment stands, or ended.</summary>
public enum DeploymentState
{
    Running,

    /// <summary>Every lane succeeded, and every instance runs the expected version.</summary>
    Succeeded,

    /// <summary>The release is out, but instances were skipped, or run another version and were taken out of traffic.</summary>
    SucceededWithIssues,

    /// <summary>It ran to its end with failures.</summary>
    Failed,

    /// <summary>Lanes were left unstarted because the failure budget was spent or capacity was lost.</summary>
    Halted,

    /// <summary>An operator stopped it.</summary>
    Stopped,

    /// <summary>It waits, or has ended waiting, for somebody to let it go on.</summary>
    Paused,

    /// <summary>A gate waits for Approve-Deployment or Deny-Deployment.</summary>
    AwaitingApproval,

    /// <summary>It was told to stop, and its lanes in flight finish.</summary>
    Stopping,

    /// <summary>A canary has the share at which its list of percentages ends, and waits for Resume- or Undo-Deployment.</summary>
    Holding,

    /// <summary>Everything that it changed is back as it was.</summary>
    RolledBack,

    /// <summary>Its driver ended without saying how.</summary>
    Interrupted,
}
