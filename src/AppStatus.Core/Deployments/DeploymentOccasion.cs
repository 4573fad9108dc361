namespace AppStatus.Core.Deployments;

/// <summary>What the channels of a deployment may hear of.</summary>
internal enum DeploymentOccasion
{
    /// <summary>It began, or was gone on with.</summary>
    Started,

    /// <summary>A rule that watches it fired.</summary>
    Alert,

    /// <summary>It waits for somebody.</summary>
    Paused,

    /// <summary>It ended as it should.</summary>
    Succeeded,

    /// <summary>It ended in another way.</summary>
    Failed,
}
