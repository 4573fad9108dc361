namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>The strategies beside rolling in place, each in the ways in which it moves traffic.</summary>
internal enum Strategy
{
    PromoteByStatus,
    PromoteByState,
    SidesByStatus,
    SidesByState,
    SwitchedServer,
    CanaryByWeight,
    CanaryByPool,
    CanaryByCount,
}

internal static class StrategyKinds
{
    public static bool ByStatus(this Strategy strategy) => strategy is Strategy.PromoteByStatus or Strategy.SidesByStatus;

    /// <summary>What comes takes the place of what serves; nothing is deployed.</summary>
    public static bool Promotes(this Strategy strategy) => strategy <= Strategy.SidesByState;

    public static bool HasWeights(this Strategy strategy) => strategy is Strategy.CanaryByWeight or Strategy.CanaryByPool;

    public static bool IsCanary(this Strategy strategy) => strategy >= Strategy.CanaryByWeight;
}
