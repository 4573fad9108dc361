namespace AppStatus.Core.Deployments.Planning;

/// <summary>What a lane does to its memberships.</summary>
public enum LaneEffect
{
    /// <summary>They go out of traffic, something is deployed, and they come back as they were.</summary>
    Redeploy,

    /// <summary>They go into traffic, and those that they replace, if any, go out once they serve.</summary>
    Enter,

    /// <summary>They go out of traffic and stay there.</summary>
    Leave,

    /// <summary>Nothing: the instance is looked at, or it gets no traffic anyway, or the lane is about where traffic goes.</summary>
    None,
}
