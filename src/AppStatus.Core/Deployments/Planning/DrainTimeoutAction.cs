namespace AppStatus.Core.Deployments.Planning;

/// <summary>What is done with a member whose connections have not ended in time.</summary>
public enum DrainTimeoutAction
{
    /// <summary>Put the member back as it was; the lane has failed.</summary>
    Fail,

    /// <summary>Force it offline, and go on.</summary>
    Force,

    /// <summary>Go on as it is.</summary>
    Continue,
}
