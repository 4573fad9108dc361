using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>All that one seed decides before the run: the world, what is planned in it, and what will go wrong.</summary>
internal sealed record StrategyScenario
{
    public required Strategy Strategy { get; init; }

    public required SimulatedWorld World { get; init; }

    public required SimulatedApplication Application { get; init; }

    public required DeploymentPlan Plan { get; init; }

    /// <summary>The longest that one way to a balancer takes.</summary>
    public required TimeSpan MostLatency { get; init; }

    /// <summary>Nothing but the deployment changes this world, and nothing fails; drivers may die all the same.</summary>
    public required bool Calm { get; init; }

    /// <summary>When an alert rule fires in each life; null: none does.</summary>
    public Func<TimeSpan?> AlertAfter { get; init; } = () => null;

    public DeploymentOptions Options => Plan.Options;

    /// <summary>As many come as go, so that capacity never falls below what it was.</summary>
    public bool IsEqual { get; init; }

    public PlannedPool Pool(PoolKey key) => Plan.Pools.Single(pool => pool.Key == key);

    /// <summary>The canaries' keys in the plan's weights; empty where there are none.</summary>
    public IReadOnlyList<string> Canaries => Plan.Lanes.FirstOrDefault(lane => lane.Shift is not null)?.Shift!.Canaries ?? [];

    public PoolMember Planned(SimulatedEntry entry) => Pool(entry.Pool).Members.Single(member => member.Name == entry.Name);
}
