using System.Collections.Concurrent;
using System.Globalization;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>
/// Promotions, blue-green deployments and canaries in random worlds, with drivers that die. <c>APPSTATUS_STRATEGY_SEEDS=1-100000</c>
/// runs longer; <c>APPSTATUS_STRATEGY_SEEDS=4711</c> plays one seed again, exactly. The strategy is the seed's remainder by their number.
/// </summary>
public sealed class StrategyTests
{
    private const string Variable = "APPSTATUS_STRATEGY_SEEDS";

    [Fact]
    public void Every_strategy_keeps_its_promises_in_any_world()
    {
        (int first, int last) = Seeds();
        var failed = new ConcurrentDictionary<int, StrategyCampaign>();
        int refused = 0;
        Parallel.For(first, last + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (seed, loop) =>
        {
            if (failed.Count > 20) loop.Stop();
            StrategyCampaign? campaign = StrategyCampaign.Of(seed);
            if (campaign is null) Interlocked.Increment(ref refused);
            else if (campaign.Violations.Count > 0) failed[seed] = campaign;
        });

        if (!failed.IsEmpty) Assert.Fail(Report(failed));
        if (last > first) refused.ShouldBeLessThan((last - first + 1) / 10, "so many worlds had no plan that nothing is proved");
    }

    [Fact]
    public void One_seed_is_one_run()
    {
        for (int seed = 1; seed <= 24; seed++)
        {
            string? once = StrategyCampaign.Of(seed)?.Story();
            StrategyCampaign.Of(seed)?.Story().ShouldBe(once, $"seed {seed} ran in two ways");
        }
    }

    // All seeds with what they broke, and the shortest of them in full.
    private static string Report(IReadOnlyDictionary<int, StrategyCampaign> failed)
    {
        IEnumerable<string> seeds = failed.OrderBy(run => run.Key).Select(run => $"seed {run.Key} ({run.Value.Scenario.Strategy}, calm {run.Value.Scenario.Calm}): {string.Join("; ", run.Value.Violations.Take(3))}");
        KeyValuePair<int, StrategyCampaign> shortest = failed.MinBy(run => run.Value.Records);
        return $"{string.Join("\n", seeds)}\n\n{Variable}={shortest.Key} plays this one again:\n{shortest.Value.Scenario.Options}\n{shortest.Value.Transcript(last: 120)}";
    }

    private static (int First, int Last) Seeds()
    {
        string range = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : "1-2000";
        int[] ends = [.. range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return (ends[0], ends[^1]);
    }
}
