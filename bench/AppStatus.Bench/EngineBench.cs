using System.Diagnostics;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Tests.Simulation;

namespace AppStatus.Bench;

/// <summary>The engine's own cost: whole deployments on a clock of ours, in a world that answers at once.</summary>
internal static class EngineBench
{
    public static void Run()
    {
        Console.WriteLine("pools x members  window   plan s    run s   fold s  ms/step  makespan/ideal   heap MB  peak MB");
        Measure(pools: 1, members: 100, "10"); // warms up
        Measure(pools: 1, members: 1000, "10%");
        Measure(pools: 100, members: 100, "10%");
        Measure(pools: 100, members: 100, "50%");
        Measure(pools: 1, members: 10_000, "100");
        Measure(pools: 1, members: 10_000, "10%");
    }

    private static void Measure(int pools, int members, string batch)
    {
        var world = new IdealWorld(pools, members);
        var journal = new MemoryJournal(world.Clock);
        var options = new DeploymentOptions { Release = "2.0", ExpectedVersion = "2.0", BatchSize = batch, MinimumHealthy = pools == 1 ? "25%" : "0" };

        long start = Stopwatch.GetTimestamp();
        DeploymentPlan plan = world.Plan(options);
        double planned = Seconds(ref start);
        RunState state = world.Run(plan, journal);
        double ran = Seconds(ref start);
        RunState folded = RunState.Fold(journal.Records);
        double fold = Seconds(ref start);

        if (state.State != DeploymentState.Succeeded || folded.State != state.State) throw new InvalidOperationException($"The run is {state.State}, the fold {folded.State}.");
        int steps = journal.Records.Count(record => record.Event is StepStarted);
        double ideal = Greedy.Makespan(world.Unavoidable(plan), plan.Waves[0].Window).TotalSeconds;
        double heap = GC.GetTotalMemory(forceFullCollection: false) / 1e6, peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
        Console.WriteLine(
            $"{pools,5} x {members,-7} {plan.Waves[0].Window,7} {planned,8:0.000} {ran,8:0.000} {fold,8:0.000} {1000 * ran / steps,8:0.000} {Results.Of(state, "").Duration.TotalSeconds / ideal,15:0.000} {heap,9:0} {peak,8:0}");
    }

    private static double Seconds(ref long start)
    {
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        return elapsed;
    }
}
