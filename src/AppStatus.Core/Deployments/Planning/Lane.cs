using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>What happens to one instance, in order.</summary>
public sealed record Lane
{
    /// <summary>The instance's key, unique in the plan: address and port, or the address alone.</summary>
    public required string Key { get; init; }

    public required Instance Instance { get; init; }

    /// <summary>What is deployed to it.</summary>
    public string Release { get; init; } = "";

    /// <summary>Where the instance's status is read.</summary>
    public required Uri StatusUri { get; init; }

    /// <summary>Its entries in the pools that were piped in, as they were when the deployment was planned.</summary>
    public required IReadOnlyList<PoolMember> Memberships { get; init; }

    /// <summary>
    /// Where another deployment has left the memberships, by <c>balancer/pool/name</c>; null inside: it is not known. So a member
    /// that it took out is told from one that a hand took out. Null: as the memberships say.
    /// </summary>
    public IReadOnlyDictionary<string, TrafficState?>? Left { get; init; }

    /// <summary>
    /// Another deployment began to deploy to it and left it out of traffic: until something is deployed to it, it stays there,
    /// whatever fails.
    /// </summary>
    public bool MayBeBroken { get; init; }

    public required IReadOnlyList<StepKind> Steps { get; init; }

    /// <summary>It passed its health check when the deployment was planned.</summary>
    public bool HealthyAtStart { get; init; }
}
