namespace AppStatus.AspNetCore;

/// <summary>What an instance says of itself; the load balancer's monitors read it.</summary>
public enum InstanceStatus
{
    /// <summary>On the wire <c>stand-by</c>: no traffic. The default, so that an instance nobody spoke for gets none.</summary>
    StandBy = 0,

    /// <summary>On the wire <c>stage</c>: test traffic only.</summary>
    Stage = 1,

    /// <summary>On the wire <c>ready</c>: production traffic.</summary>
    Ready = 2,
}
