namespace AppStatus.Core.Deployments;

/// <summary>How a lane stands. Every lane ends in one of the last five.</summary>
public enum LaneState
{
    Running,

    NotStarted,

    Succeeded,

    /// <summary>Its error tells why, and its members where they were left.</summary>
    Failed,

    /// <summary>The instance failed its check beforehand and was not touched.</summary>
    Skipped,

    /// <summary>It was stopped before anything was deployed; its members are as they were.</summary>
    Compensated,
}
