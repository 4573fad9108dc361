namespace AppStatus.Core.Balancers;

/// <summary>What the balancer's own check says of a member.</summary>
public enum MemberHealth
{
    /// <summary>No check, or none finished yet.</summary>
    Unknown,
    Up,
    Down,
}
