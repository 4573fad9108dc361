using System.Globalization;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>Throws the dice for a promotion, a blue-green deployment or a canary.</summary>
internal static class StrategyFactory
{
    public const string Server = "www", Third = "maintenance";
    private const int Tries = 12;

    /// <summary>Null: every plan that was thrown was refused.</summary>
    public static StrategyScenario? Of(int seed)
    {
        var dice = new Dice(seed);
        var strategy = (Strategy)(seed % Enum.GetValues<Strategy>().Length);
        bool calm = dice.Chance(0.4);
        var world = new SimulatedWorld(new ManualTimeProvider(), dice)
        {
            MonitorLag = dice.Pick(TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)),
            Recheck = dice.Pick(TimeSpan.Zero, TimeSpan.FromSeconds(2)),
            DrainSeconds = (0, calm ? 4 : dice.Chance(0.25) ? 60 : 8),
        };
        TimeSpan mostLatency = TimeSpan.FromSeconds(dice.Pick(0, 0.05, 0.2, calm ? 0.2 : 1.2));
        bool troubled = !calm && dice.Chance(0.4);
        world.Balancers["lb1"] = new SimulatedBalancer("lb1", world, new BalancerFaults
        {
            Capabilities = Capabilities(strategy, dice),
            MostLatency = mostLatency,
            ReadFails = troubled ? dice.Pick(0, 0.02, 0.2) : 0,
            WriteFails = troubled ? dice.Pick(0, 0.05, 0.2) : 0,
            AnswerLost = troubled ? dice.Pick(0, 0.05, 0.2) : 0,
        });
        bool equal = Build(world, strategy, calm);
        if (StrategyPlans.Of(world, strategy, calm, Tries) is not { } plan) return null;

        // Of what the plan saw some has changed since, and some will.
        if (!calm) Trouble(world, strategy);
        TimeSpan? alert = !calm && dice.Chance(0.3) ? dice.Seconds(1, 120) : null;
        return new StrategyScenario
        {
            Strategy = strategy,
            World = world,
            Application = new SimulatedApplication(world, calm ? new ApplicationFaults() : new ApplicationFaults
            {
                DeployMedian = dice.Pick(1, 5, 12),
                DeployFails = dice.Pick(0, 0, 0.1, 0.3),
                ProbeLost = dice.Pick(0, 0, 0.1),
                HookFails = dice.Pick(0, 0.1),
            }),
            Plan = plan,
            MostLatency = mostLatency,
            Calm = calm,
            IsEqual = equal,
            AlertAfter = () => alert is { } at && dice.Chance(0.6) ? at : null,
        };
    }

    private static BalancerCapabilities Capabilities(Strategy strategy, Dice dice)
    {
        BalancerCapabilities counts = dice.Pick(BalancerCapabilities.ConnectionCounts, BalancerCapabilities.None);
        if (strategy.ByStatus()) return counts;
        return counts | dice.Pick(BalancerCapabilities.Offline, BalancerCapabilities.None) | strategy switch
        {
            Strategy.CanaryByWeight => BalancerCapabilities.Weights,
            Strategy.CanaryByPool => BalancerCapabilities.PoolWeights,
            _ => BalancerCapabilities.None,
        };
    }

    /// <returns>Whether both sides are as large, and healthy.</returns>
    private static bool Build(SimulatedWorld world, Strategy strategy, bool calm)
    {
        Dice dice = world.Dice;
        bool twoPools = strategy is Strategy.SwitchedServer or Strategy.CanaryByPool;
        world.Pools[new PoolKey("lb1", "blue")] = [];
        if (twoPools) world.Pools[new PoolKey("lb1", "green")] = [];
        if (strategy == Strategy.SwitchedServer) world.Servers[Server] = new SimulatedServer(Server, "blue");
        int live = dice.Between(strategy.IsCanary() ? 2 : 1, 5), next = strategy.IsCanary() && strategy != Strategy.CanaryByPool ? 0 : dice.Chance(0.5) ? live : dice.Between(1, 5);
        int weight = dice.Pick(1, 10, 100);
        bool sick = false, staged = strategy.Promotes() || (strategy == Strategy.SwitchedServer && dice.Chance(0.4));
        for (int number = 1; number <= live + next; number++)
        {
            string text = number.ToString("00", CultureInfo.InvariantCulture);
            bool comes = number > live;
            var host = new SimulatedHost($"web{text}", $"10.0.0.{number.ToString(CultureInfo.InvariantCulture)}")
            {
                Version = comes && staged ? "2.0" : "1.0",
                Status = strategy.ByStatus() ? comes ? "stage" : "ready" : "",
                Healthy = calm || !comes || !dice.Chance(0.1),
            };
            sick |= !host.Healthy;
            world.Hosts.Add(host);
            var pool = new PoolKey("lb1", twoPools && comes ? "green" : "blue");
            var entry = new SimulatedEntry(host.Name, pool, host)
            {
                State = comes && strategy.Promotes() ? strategy.ByStatus() ? TrafficState.Draining : dice.Pick(TrafficState.Draining, TrafficState.Offline) : TrafficState.Enabled,
                Weight = strategy switch { Strategy.CanaryByPool => comes ? 0 : 100, Strategy.CanaryByWeight => dice.Chance(0.7) ? weight : dice.Between(1, 100), _ => null },
                Monitored = true,
                Up = host.Healthy,
            };
            // What is staged gets no traffic, and becomes a canary first.
            if (strategy == Strategy.CanaryByWeight && number == 1 && dice.Chance(0.25)) entry.State = TrafficState.Draining;
            host.Entries.Add(entry);
            world.Pools[pool].Add(entry);
        }

        return live == next && !sick;
    }

    private static void Trouble(SimulatedWorld world, Strategy strategy)
    {
        Dice dice = world.Dice;
        foreach (SimulatedHost host in world.Hosts.Where(_ => dice.Chance(0.12))) host.SickensInTraffic = dice.Seconds(0, 60);
        if (dice.Chance(0.4)) Disturbances.Flap(world, dice.Between(1, 4));
        if (!dice.Chance(0.35)) return;
        for (int times = dice.Between(1, 3); times > 0; times--)
        {
            SimulatedEntry entry = dice.Pick([.. world.Entries]);
            TrafficState state = dice.Pick(TrafficState.Enabled, TrafficState.Draining, TrafficState.Offline);
            world.After(dice.Seconds(1, 150), () => world.ByHand(entry, () => Set(world, entry, strategy.ByStatus() && state == TrafficState.Offline ? TrafficState.Draining : state)));
        }

        if (strategy == Strategy.SwitchedServer && dice.Chance(0.3)) world.After(dice.Seconds(1, 100), () =>
        {
            world.Servers[Server].Pool = Third;
            world.Servers[Server].HandAt = world.Clock.Elapsed;
        });
    }

    public static void Set(SimulatedWorld world, SimulatedEntry entry, TrafficState state)
    {
        if (entry.Host.Status.Length > 0) entry.Host.Status = state == TrafficState.Enabled ? "ready" : "stand-by";
        world.SetState(entry, state);
    }
}
