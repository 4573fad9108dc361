using AppStatus.Core.Deployments;
using AppStatus.Core.Tests.Simulation.Crashes;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>Rules that fire once, at a moment that the dice tell, or fail themselves; or not at all.</summary>
internal sealed class SimulatedAlerts(SimulatedWorld world, Life life, TimeSpan? after) : IReleaseWatch
{
    public async Task WatchAsync(IReadOnlyList<Instance> everything, Func<IReadOnlyList<Instance>> released, Action<string, Instance?, string> fired, CancellationToken cancellationToken)
    {
        await world.Clock.DelayAsync(after ?? TimeSpan.FromDays(1), cancellationToken);
        if (life.Dead) return;
        if (world.Dice.Chance(0.15)) throw new InvalidOperationException("the source of metrics is gone");
        Instance[] all = [.. released()];
        fired("cpu", all.Length > 0 && world.Dice.Chance(0.7) ? world.Dice.Pick(all) : null, "CPU was above 90 %.");
        await world.Clock.DelayAsync(TimeSpan.FromDays(1), cancellationToken);
    }
}
