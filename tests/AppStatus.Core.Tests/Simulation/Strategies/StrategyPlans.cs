using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>Throws the dice for what is asked for, and plans it with the planner of each strategy.</summary>
internal static class StrategyPlans
{
    /// <summary>Null: all that was thrown was refused.</summary>
    public static DeploymentPlan? Of(SimulatedWorld world, Strategy strategy, bool calm, int tries)
    {
        for (int times = 1; times <= tries; times++)
        {
            DeploymentOptions options = Options(world, strategy, calm);
            if (times > tries / 2) options = options with { MinimumHealthy = "0", BatchSize = "1", IncludeUnhealthy = true };
            if (Plan(world, strategy, options).Plan is { } plan) return plan;
        }

        return null;
    }

    private static PlanningResult Plan(SimulatedWorld world, Strategy strategy, DeploymentOptions options)
    {
        PlanningInput input = Observe(world, options);
        PoolKey blue = new("lb1", "blue"), green = new("lb1", "green");
        switch (strategy)
        {
            case Strategy.PromoteByStatus or Strategy.PromoteByState:
                return PromotePlanner.Plan(options, input);
            case Strategy.SidesByStatus or Strategy.SidesByState:
                return BlueGreenPlanner.Promote(options, input);
            case Strategy.SwitchedServer:
                return BlueGreenSwitch.Plan(options, input, "lb1", new SwitchableServer(StrategyFactory.Server, "blue", []), "blue", "green");
            case Strategy.CanaryByWeight:
                return CanaryPlanner.Plan(options, input, new Dictionary<PoolKey, WeightLimits> { [blue] = world.Dice.Pick(new WeightLimits(1, 100), new WeightLimits(0, 256)) }, weightsArePools: false);
            case Strategy.CanaryByPool:
                var limits = new WeightLimits(0, 999);
                DeploymentOptions named = options with { CanaryInstances = [.. world.Pools[green].Select(entry => entry.Name)] };
                return CanaryPlanner.Plan(named, input, new Dictionary<PoolKey, WeightLimits> { [blue] = limits, [green] = limits }, weightsArePools: true);
            default:
                return CanaryPlanner.Plan(options, input, new Dictionary<PoolKey, WeightLimits>(), weightsArePools: false);
        }
    }

    private static PlanningInput Observe(SimulatedWorld world, DeploymentOptions options) => new(
        [.. world.Hosts.Select(host => Observe(host, options))],
        world.Pools.Keys.ToDictionary(pool => pool, pool => world.Read(pool, counted: true)));

    private static ObservedInstance Observe(SimulatedHost host, DeploymentOptions options)
    {
        Uri uri = new($"http://{host.Address}:{host.Port}/appstatus");
        var instance = new Instance { Name = host.Name, Address = host.Address, Port = host.Port, Uri = uri, Version = host.Version, PreviousRelease = host.Version, ExpectedVersion = options.ExpectedVersion };
        return new ObservedInstance(host.Key, instance, uri, [.. host.Entries.Select(entry => entry.Snapshot(TimeSpan.Zero, counted: true))], host.Healthy);
    }

    private static DeploymentOptions Options(SimulatedWorld world, Strategy strategy, bool calm)
    {
        Dice dice = world.Dice;
        bool judged = strategy.IsCanary() && dice.Chance(0.6);
        int[] shares = strategy == Strategy.CanaryByCount
            ? dice.Pick<int[]>([50], [25, 50, 100], [20, 60], [33, 67, 100], [25, 100], [100])
            : dice.Pick<int[]>([5, 25, 100], [10, 50, 100], [25, 50], [33, 100], [1, 10, 75], [50, 20, 100]);
        return new DeploymentOptions
        {
            Release = "2.0",
            ExpectedVersion = "2.0",
            BatchSize = dice.Pick("1", "1", "2", "3", "50%", "1,2"),
            MinimumHealthy = dice.Pick("0", "1", "50%", "75%", "100%"),
            MaxFailures = dice.Pick(0, 0, 1, 100),
            OnFailure = dice.Pick(Enum.GetValues<FailureAction>()),
            TrafficControl = strategy.ByStatus() ? TrafficControl.Status : TrafficControl.Balancer,
            Promote = strategy.Promotes(),
            RequireApproval = !strategy.IsCanary() && dice.Chance(0.2),
            ApproveAfter = strategy.IsCanary() && dice.Chance(0.25) ? [dice.Between(1, 3)] : [],
            PauseTimeout = dice.Seconds(30, 300),
            DeployScriptHash = strategy == Strategy.SwitchedServer && world.Hosts.All(host => host.Version == "1.0") ? "00" : "",
            TrafficPercent = strategy.IsCanary() ? shares : [],
            CanaryCount = dice.Pick(1, 1, 2),
            BaselineInstances = strategy == Strategy.CanaryByWeight && dice.Chance(0.4) ? ["web03"] : [],
            Step = strategy.IsCanary() ? dice.Pick(TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)) : TimeSpan.Zero,
            HasAnalysis = judged,
            KeepWarm = strategy is Strategy.SidesByState or Strategy.SidesByStatus or Strategy.SwitchedServer && dice.Chance(0.3) ? TimeSpan.FromSeconds(20) : TimeSpan.Zero,
            Bake = dice.Pick(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(10)),
            FirstBake = dice.Pick(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(15)),
            DrainTimeout = dice.Seconds(5, 30),
            OnDrainTimeout = strategy.ByStatus() ? dice.Pick(DrainTimeoutAction.Continue, DrainTimeoutAction.Fail) : dice.Pick(Enum.GetValues<DrainTimeoutAction>()),
            DrainWait = dice.Seconds(1, 10),
            MonitorDelay = dice.Seconds(5, 10),
            DeployTimeout = calm ? TimeSpan.FromHours(1) : dice.Seconds(20, 60),
            Stable = dice.Pick(TimeSpan.Zero, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)),
            HealthyDeadline = dice.Seconds(25, 60),
            HasAfterRestoreHook = dice.Chance(0.15),
            HasBeforeDrainHook = dice.Chance(0.15),
        };
    }
}
