using AppStatus.Core.Balancers;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>What befalls a world while somebody deploys into it: operators' hands, and hosts whose health comes and goes.</summary>
internal static class Disturbances
{
    private const double Within = 150;

    public static void Schedule(SimulatedWorld world, bool operators, bool flaps)
    {
        Dice dice = world.Dice;
        for (int times = operators ? dice.Between(1, 4) : 0; times > 0; times--)
        {
            SimulatedEntry entry = dice.Pick([.. world.Entries]);
            int kind = dice.Between(0, 5);
            world.After(dice.Seconds(1, Within), () => Touch(world, entry, kind));
        }

        if (operators && dice.Chance(0.25))
        {
            string balancer = dice.Pick([.. world.Balancers.Keys]);
            world.After(dice.Seconds(1, Within), () => Restart(world, balancer));
        }

        if (flaps) Flap(world, dice.Between(1, 6));
    }

    /// <summary>The health of so many hosts comes and goes.</summary>
    public static void Flap(SimulatedWorld world, int times)
    {
        for (; times > 0; times--)
        {
            SimulatedHost host = world.Dice.Pick([.. world.Hosts]);
            world.After(world.Dice.Seconds(1, Within), () => Flap(world, host));
        }
    }

    /// <summary>A balancer starts again, and knows only what its configuration says: all is enabled, and is checked anew.</summary>
    public static void Restart(SimulatedWorld world, string balancer)
    {
        foreach (SimulatedEntry entry in world.Entries.Where(entry => entry.Pool.Balancer == balancer && entry.State != TrafficState.Enabled))
            world.ByHand(entry, () => world.SetState(entry, TrafficState.Enabled));
    }

    /// <summary>While nobody drives: what we had taken out is enabled by hand, and another host falls ill for a while.</summary>
    public static void Meddle(SimulatedWorld world)
    {
        Dice dice = world.Dice;
        foreach (SimulatedEntry entry in world.Entries.Where(entry => entry.State != TrafficState.Enabled && dice.Chance(0.6)))
            world.ByHand(entry, () => world.SetState(entry, TrafficState.Enabled));
        SimulatedHost host = dice.Pick([.. world.Hosts]);
        if (!host.Healthy || dice.Chance(0.3)) return;
        world.SetHealth(host, healthy: false);
        world.After(dice.Seconds(20, 120), () => world.SetHealth(host, healthy: true));
    }

    private static void Touch(SimulatedWorld world, SimulatedEntry entry, int kind) => world.ByHand(entry, () =>
    {
        switch (kind)
        {
            case 0:
                entry.Removed = true;
                break;
            case 1:
                entry.Weight = 0;
                break;
            case 2:
                world.SetState(entry, TrafficState.Enabled);
                break;
            case 3:
                world.SetState(entry, TrafficState.Draining);
                break;
            default:
                world.SetState(entry, TrafficState.Offline);
                break;
        }
    });

    private static void Flap(SimulatedWorld world, SimulatedHost host)
    {
        host.Flapped = true;
        bool was = host.Healthy;
        world.SetHealth(host, !was);
        world.After(world.Dice.Seconds(1, 30), () => world.SetHealth(host, was));
    }
}
