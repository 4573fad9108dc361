using System.Collections.Concurrent;
using System.Globalization;

namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>
/// Drivers that die at every boundary, in random worlds. <c>APPSTATUS_CRASH_SEEDS=1-100000</c> runs longer;
/// <c>APPSTATUS_CRASH_SEEDS=4711</c> plays one seed again, exactly.
/// </summary>
public sealed class CampaignTests
{
    private const string Variable = "APPSTATUS_CRASH_SEEDS";

    [Fact]
    public void Whoever_dies_where_another_brings_it_to_its_end_or_back()
    {
        (int first, int last) = Seeds();
        var failed = new ConcurrentDictionary<int, Campaign>();
        Parallel.For(first, last + 1, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (seed, loop) =>
        {
            if (failed.Count > 20) loop.Stop();
            Campaign campaign = Campaign.Of(seed);
            if (campaign.Violations.Count > 0) failed[seed] = campaign;
        });

        if (failed.IsEmpty) return;
        IEnumerable<string> seeds = failed.OrderBy(run => run.Key).Select(run => $"seed {run.Key}: {string.Join("; ", run.Value.Violations.Take(3))}");
        KeyValuePair<int, Campaign> shortest = failed.MinBy(run => run.Value.Lives);
        Assert.Fail($"{string.Join("\n", seeds)}\n\n{Variable}={shortest.Key} plays this one again:\n{shortest.Value.Transcript(last: 120)}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void A_driver_may_die_at_each_single_boundary(int seed)
    {
        for (int boundary = 1; boundary <= 60; boundary++)
            string.Join("; ", Campaign.Of(seed, boundary).Violations).ShouldBeEmpty($"seed {seed}, boundary {boundary}");
    }

    private static (int First, int Last) Seeds()
    {
        string range = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? text : "1-2000";
        int[] ends = [.. range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return (ends[0], ends[^1]);
    }
}
