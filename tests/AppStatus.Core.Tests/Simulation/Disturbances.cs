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

        for (int times = flaps ? dice.Between(1, 6) : 0; times > 0; times--)
        {
            SimulatedHost host = dice.Pick([.. world.Hosts]);
            world.After(dice.Seconds(1, Within), () => Flap(world, host));
        }
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
