using System.Globalization;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>A world without chance: hosts of one pool, and only the faults that a test names.</summary>
internal static class Rehearsal
{
    public static SimulatedRun Play(
        int hosts, DeploymentOptions options, Func<int, int, DeployFault>? onDeploy = null, Action<SimulatedWorld>? prepare = null, double drainSeconds = 4)
    {
        var world = new SimulatedWorld(new ManualTimeProvider(), new Dice(1)) { DrainSeconds = (drainSeconds, drainSeconds) };
        world.Balancers["lb1"] = new SimulatedBalancer("lb1", world, new BalancerFaults { Capabilities = BalancerCapabilities.ConnectionCounts });
        var pool = new PoolKey("lb1", "web");
        world.Pools[pool] = [];
        for (int number = 1; number <= hosts; number++)
        {
            var host = new SimulatedHost($"web{number:00}", $"10.0.0.{number}");
            var entry = new SimulatedEntry(host.Name, pool, host) { Monitored = true };
            host.Entries.Add(entry);
            world.Hosts.Add(host);
            world.Pools[pool].Add(entry);
        }

        prepare?.Invoke(world);
        var faults = new ApplicationFaults
        {
            OnDeploy = (host, attempt) => onDeploy?.Invoke(int.Parse(string.Concat(host.Name.Where(char.IsDigit)), CultureInfo.InvariantCulture), attempt) ?? DeployFault.None,
        };
        SimulatedRun run = SimulatedRun.Play(new Scenario
        {
            World = world,
            Options = options,
            Application = new SimulatedApplication(world, faults),
            Piped = world.Hosts,
            MostLatency = TimeSpan.Zero,
            Calm = false,
        });
        run.Violations.ShouldBeEmpty();
        return run;
    }
}
