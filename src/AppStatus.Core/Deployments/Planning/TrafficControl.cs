namespace AppStatus.Core.Deployments.Planning;

/// <summary>Through what an instance is taken out of traffic.</summary>
public enum TrafficControl
{
    /// <summary>The balancer's own member state.</summary>
    Balancer,

    /// <summary>The instance's status, which the balancer's monitor reads.</summary>
    Status,
}
