using System.Globalization;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>Throws the dice for a scenario.</summary>
internal static class ScenarioFactory
{
    /// <param name="calm">Whether nothing fails; null: the dice tell.</param>
    public static Scenario Of(int seed, bool? calm = null)
    {
        var dice = new Dice(seed);
        var clock = new ManualTimeProvider();
        bool chosen = dice.Chance(0.15);
        return Of(dice, clock, calm ?? chosen);
    }

    private static Scenario Of(Dice dice, ManualTimeProvider clock, bool calm)
    {
        var world = new SimulatedWorld(clock, dice)
        {
            MonitorLag = dice.Pick(TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)),
            Recheck = dice.Pick(TimeSpan.Zero, TimeSpan.FromSeconds(2)),
            DrainSeconds = (0, calm ? 4 : dice.Chance(0.25) ? 60 : 8),
        };
        TimeSpan mostLatency = TimeSpan.FromSeconds(dice.Pick(0, 0.05, 0.2, 0.2, calm ? 0.2 : 1.4));
        AddBalancers(world, calm, mostLatency);
        AddPools(world);
        AddHosts(world, calm);

        DeploymentOptions options = Options(dice, calm);
        int piped = dice.Chance(0.5) ? world.Hosts.Count : dice.Between(1, world.Hosts.Count);
        var scenario = new Scenario
        {
            World = world,
            Options = options,
            Application = new SimulatedApplication(world, Faults(dice, calm)),
            Piped = [.. world.Hosts.Take(piped)],
            MostLatency = mostLatency,
            Calm = calm,
            StopAt = !calm && dice.Chance(0.2) ? dice.Seconds(0, 120) : null,
            JournalFailsFrom = !calm && dice.Chance(0.08) ? dice.Between(1, 60) : null,
            JournalLatency = dice.Chance(0.3) ? () => dice.Seconds(0, 0.02) : () => TimeSpan.Zero,
        };
        if (!calm) Disturbances.Schedule(world, operators: dice.Chance(0.35), flaps: dice.Chance(0.35));
        return scenario;
    }

    private static void AddBalancers(SimulatedWorld world, bool calm, TimeSpan mostLatency)
    {
        Dice dice = world.Dice;
        int count = dice.Chance(0.25) ? 2 : 1;
        for (int number = 1; number <= count; number++)
        {
            bool troubled = !calm && dice.Chance(0.4);
            TimeSpan from = dice.Seconds(5, 120);
            var faults = new BalancerFaults
            {
                Capabilities = dice.Pick(
                    BalancerCapabilities.ConnectionCounts | BalancerCapabilities.Offline, BalancerCapabilities.ConnectionCounts, BalancerCapabilities.None),
                MostLatency = mostLatency,
                ReadFails = troubled ? dice.Pick(0, 0.02, 0.2) : 0,
                WriteFails = troubled ? dice.Pick(0, 0.05, 0.2) : 0,
                AnswerLost = troubled ? dice.Pick(0, 0.05, 0.2) : 0,
                Outages = troubled && dice.Chance(0.3) ? [(from, from + dice.Seconds(1, 90))] : [],
            };
            string id = $"lb{number.ToString(CultureInfo.InvariantCulture)}";
            world.Balancers[id] = new SimulatedBalancer(id, world, faults);
        }
    }

    private static void AddPools(SimulatedWorld world)
    {
        foreach (string balancer in world.Balancers.Keys)
        {
            foreach (string pool in world.Dice.Chance(0.3) ? new[] { "web", "api" } : ["web"])
                world.Pools[new PoolKey(balancer, pool)] = [];
        }
    }

    private static void AddHosts(SimulatedWorld world, bool calm)
    {
        Dice dice = world.Dice;
        int count = dice.Between(1, 10);
        double odd = calm ? 0 : dice.Pick(0, 0.1, 0.3);
        for (int number = 1; number <= count; number++)
        {
            string text = number.ToString("00", CultureInfo.InvariantCulture);
            var host = new SimulatedHost($"web{text}", $"10.0.0.{number.ToString(CultureInfo.InvariantCulture)}") { Healthy = !dice.Chance(odd) };
            world.Hosts.Add(host);
            PoolKey[] pools = [.. world.Pools.Keys];
            int home = dice.Between(0, pools.Length - 1);
            for (int index = 0; index < pools.Length; index++)
                if (index == home || dice.Chance(0.4)) AddEntry(world, host, pools[index], odd);
        }
    }

    private static void AddEntry(SimulatedWorld world, SimulatedHost host, PoolKey pool, double odd)
    {
        Dice dice = world.Dice;
        var entry = new SimulatedEntry(host.Name, pool, host)
        {
            State = dice.Chance(odd) ? dice.Pick(TrafficState.Draining, TrafficState.Offline) : TrafficState.Enabled,
            Weight = dice.Chance(odd / 2) ? 0 : dice.Pick<int?>(null, 100),
            Monitored = dice.Chance(0.8),
            Up = host.Healthy,
        };
        host.Entries.Add(entry);
        world.Pools[pool].Add(entry);
    }

    private static DeploymentOptions Options(Dice dice, bool calm) => new()
    {
        Release = "2.0",
        ExpectedVersion = dice.Chance(0.8) ? "2.0" : "",
        BatchSize = dice.Pick("1", "1", "2", "3", "25%", "50%", "1,2,50%", "2,1"),
        MinimumHealthy = dice.Pick("0", "1", "25%", "50%", "75%"),
        MaxFailures = dice.Pick(0, 0, 1, 2, 100),
        IncludeUnhealthy = dice.Chance(0.3),
        DrainTimeout = dice.Seconds(5, 30),
        OnDrainTimeout = dice.Pick(Enum.GetValues<DrainTimeoutAction>()),
        DrainWait = dice.Seconds(1, 10),
        DeployTimeout = calm ? TimeSpan.FromHours(1) : dice.Seconds(10, 60),
        DeployRetry = dice.Pick(0, 0, 1, 2),
        Settle = dice.Pick(TimeSpan.Zero, TimeSpan.FromSeconds(3)),
        Stable = dice.Pick(TimeSpan.Zero, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)),
        HealthyDeadline = dice.Seconds(25, 60),
        Bake = dice.Pick(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(10)),
        FirstBake = dice.Pick(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(15)),
        MaxMismatched = dice.Between(0, 3),
        StopGrace = dice.Seconds(0, 10),
        HasBeforeDrainHook = dice.Chance(0.2),
        HasAfterRestoreHook = dice.Chance(0.2),
    };

    private static ApplicationFaults Faults(Dice dice, bool calm) => calm ? new ApplicationFaults() : new ApplicationFaults
    {
        DeployMedian = dice.Pick(1, 5, 12),
        DeployFails = dice.Pick(0, 0.1, 0.4),
        ProbeLost = dice.Pick(0, 0, 0.1),
        HookFails = dice.Pick(0, 0.1),
        HookMost = dice.Pick(2, 20),
    };
}
