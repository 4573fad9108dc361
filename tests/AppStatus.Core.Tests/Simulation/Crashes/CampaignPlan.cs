using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>What a campaign asks for, and what people say to it meanwhile.</summary>
internal static class CampaignPlan
{
    public static DeploymentPlan Of(Scenario scenario)
    {
        Dice dice = scenario.World.Dice;
        DeploymentOptions options = scenario.Options with
        {
            ApproveAfter = dice.Chance(0.3) ? [1] : [],
            PauseTimeout = dice.Seconds(30, 300),
            NotAfter = dice.Chance(0.1) ? scenario.World.Clock.GetUtcNow() + dice.Seconds(5, 120) : null,
            OnFailure = dice.Pick(Enum.GetValues<FailureAction>()),
        };
        PlanningInput input = scenario.Observe();
        return RollingPlanner.Plan(options, input).Plan
            ?? RollingPlanner.Plan(options with { BatchSize = "1" }, input).Plan
            ?? RollingPlanner.Plan(options with { MinimumHealthy = "0" }, input).Plan!;
    }

    /// <summary>Now and then somebody stops, suspends and continues.</summary>
    public static void Speak(SimulatedWorld world, MemoryStore store)
    {
        Dice dice = world.Dice;
        if (dice.Chance(0.3))
        {
            TimeSpan at = dice.Seconds(1, 60);
            Say(world, store, at, ControlAction.Suspend);
            Say(world, store, at + dice.Seconds(1, 200), ControlAction.Continue);
        }

        if (dice.Chance(0.2)) Say(world, store, dice.Seconds(1, 90), dice.Pick(ControlAction.Stop, ControlAction.StopImmediately));
        if (dice.Chance(0.1)) Say(world, store, dice.Seconds(1, 90), ControlAction.Deny);
    }

    /// <summary>Somebody looks in every while and approves.</summary>
    public static void Approve(SimulatedWorld world, MemoryStore store, Func<bool> done)
    {
        Dice dice = world.Dice;
        foreach (int round in Enumerable.Range(1, 12)) world.After(TimeSpan.FromSeconds(20 * round) + dice.Seconds(0, 5), () =>
        {
            if (!done()) SayNow(store, ControlAction.Approve);
        });
    }

    /// <summary>Longer than one lane after the other needs if all that can be waited for is waited for, several times.</summary>
    public static TimeSpan MostTime(DeploymentPlan plan)
    {
        DeploymentOptions options = plan.Options;
        TimeSpan lane = (options.HealthyDeadline * 6) + options.DrainTimeout + options.DrainWait + ((options.DeployTimeout + TimeSpan.FromSeconds(5)) * (options.DeployRetry + 1)) + TimeSpan.FromMinutes(2);
        return (lane * 3 * plan.Lanes.Count()) + ((options.Bake + options.FirstBake + options.PauseTimeout + TimeSpan.FromMinutes(2)) * plan.Waves.Count) + TimeSpan.FromMinutes(30);
    }

    private static void Say(SimulatedWorld world, MemoryStore store, TimeSpan after, ControlAction what) => world.After(after, () => SayNow(store, what));

    private static void SayNow(MemoryStore store, ControlAction what)
    {
        if (store.Ids.Count > 0) store.Send(store.Ids[^1], new ControlSignal(what, "operator"));
    }
}
