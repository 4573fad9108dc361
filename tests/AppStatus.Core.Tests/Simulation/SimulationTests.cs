using System.Collections.Concurrent;
using System.Globalization;
using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>
/// Random worlds, options and faults against the promises of the engine. <c>APPSTATUS_SIMULATION_SEEDS=1-100000</c> runs
/// longer; <c>APPSTATUS_SIMULATION_SEEDS=4711</c> plays one seed again, exactly.
/// </summary>
public sealed class SimulationTests
{
    private const string Variable = "APPSTATUS_SIMULATION_SEEDS";

    [Fact]
    public void A_deployment_keeps_its_promises_in_any_world()
    {
        (int first, int last) = Seeds();
        var failed = new ConcurrentDictionary<int, SimulatedRun>();
        Parallel.For(first, last + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (seed, loop) =>
        {
            if (failed.Count > 20) loop.Stop();
            SimulatedRun run = SimulatedRun.Of(seed);
            if (run.Violations.Count > 0) failed[seed] = run;
        });

        if (!failed.IsEmpty) Assert.Fail(Report(failed));
    }

    [Fact]
    public void One_seed_is_one_run()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            byte[] once = [.. SimulatedRun.Of(seed).Journal.Records.SelectMany(JournalLine.Write)];
            byte[] again = [.. SimulatedRun.Of(seed).Journal.Records.SelectMany(JournalLine.Write)];
            again.SequenceEqual(once).ShouldBeTrue($"seed {seed} ran in two ways");
        }
    }

    // All seeds with what they broke, and the shortest of them in full.
    private static string Report(IReadOnlyDictionary<int, SimulatedRun> failed)
    {
        IEnumerable<string> seeds = failed.OrderBy(run => run.Key).Select(run => $"seed {run.Key}: {string.Join("; ", run.Value.Violations.Take(3))}");
        KeyValuePair<int, SimulatedRun> shortest = failed.MinBy(run => run.Value.Journal.Records.Count);
        return $"{string.Join("\n", seeds)}\n\n{Variable}={shortest.Key} plays this one again:\n{shortest.Value.Scenario.Options}\n{shortest.Value.Transcript(last: 80)}";
    }

    private static (int First, int Last) Seeds()
    {
        string range = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : "1-2000";
        int[] ends = [.. range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return (ends[0], ends[^1]);
    }
}
