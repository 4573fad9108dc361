using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>The weights at one step of a canary.</summary>
public sealed record TrafficShift
{
    /// <summary>The share that was asked for the canaries, 1–99; 0 where every weight returns to what it was.</summary>
    public required int Percent { get; init; }

    /// <summary>The share that the weights really make, 0–100; of the pool in which it is farthest from <see cref="Percent"/>.</summary>
    public double Reached { get; init; }

    /// <summary>Native weights by <c>balancer/pool/name</c>; where a weight is a whole pool's, one member stands for it.</summary>
    public required IReadOnlyDictionary<string, int> Weights { get; init; }

    /// <summary>The canaries' members, by the same keys.</summary>
    public required IReadOnlyList<string> Canaries { get; init; }

    /// <summary>Weights are the pools': a canary without traffic has the weight 0, and its members stay in their pool.</summary>
    public bool ByPool { get; init; }

    internal bool Restores => Percent == 0;

    internal bool IsCanary(PoolMember member) => Canaries.Contains(LaneRun.MemberKey(member), StringComparer.Ordinal);
}
