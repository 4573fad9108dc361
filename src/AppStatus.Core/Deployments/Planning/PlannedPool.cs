using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>A pool as it was when the deployment was planned, and the limit that holds for it. The limit never moves afterwards.</summary>
public sealed record PlannedPool
{
    public required string Balancer { get; init; }

    public required string Pool { get; init; }

    /// <summary>Members that were enabled, piped in or not: what a percentage is of.</summary>
    public int EnabledAtStart { get; init; }

    public int ServingAtStart { get; init; }

    /// <summary>So many members must stay serving.</summary>
    public int MinimumHealthy { get; init; }

    /// <summary>The fewest that serve at any point, if all goes as planned.</summary>
    public int LowestPlanned { get; init; }

    /// <summary>Every member as it was: what a restore goes back to.</summary>
    public required IReadOnlyList<PoolMember> Members { get; init; }

    internal PoolKey Key => new(Balancer, Pool);
}
