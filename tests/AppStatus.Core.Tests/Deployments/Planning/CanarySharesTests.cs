using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using FsCheck;
using FsCheck.Fluent;

namespace AppStatus.Core.Tests.Deployments.Planning;

public sealed class CanarySharesTests
{
    private static readonly WeightLimits HAProxy = new(0, 256), F5 = new(1, 100), Elb = new(0, 999);

    [Theory]
    [InlineData(25, "1 1 1", 1, "1 1 1", 1)]
    [InlineData(10, "1 1 1", 1, "3 3 3", 1)]
    [InlineData(50, "1 1 1", 1, "1 1 1", 3)]
    [InlineData(50, "10 20", 2, "10 20", 15)]
    public void The_nearest_weights_that_disturb_the_least_are_taken(int percent, string now, int canaries, string stable, int canary)
    {
        CanaryShares shares = CanaryShares.Of(Weights(now), canaries, baselines: 0, percent, HAProxy).ShouldNotBeNull();
        (string.Join(" ", shares.Stable), shares.Canary).ShouldBe((stable, canary));
    }

    [Fact]
    public void A_baseline_gets_what_a_canary_gets_and_may_leave_no_room()
    {
        CanaryShares shares = CanaryShares.Of([100, 100], 1, baselines: 1, 25, HAProxy).ShouldNotBeNull();
        shares.Percent.ShouldBe(100.0 * shares.Canary / (2 * shares.Canary + shares.Stable.Sum()), 0.001);
        CanaryShares.Of([100, 100], 1, baselines: 1, 50, HAProxy).ShouldBeNull("half for the canary leaves the stable ones nothing beside the baseline");
        CanaryShares.Of([], 1, baselines: 0, 50, HAProxy).ShouldBeNull();
    }

    [Fact]
    public void What_it_says_is_what_the_weights_make_within_the_limits() => Check(Cases(), (stable, canaries, percent, limits) =>
    {
        if (CanaryShares.Of(stable, canaries, 0, percent, limits) is not { } shares) return false;
        double made = 100.0 * canaries * shares.Canary / (canaries * shares.Canary + shares.Stable.Sum());
        bool inLimits = shares.Stable.Append(shares.Canary).All(weight => weight >= Math.Max(1, limits.Lowest) && weight <= limits.Highest);
        return Math.Abs(made - shares.Percent) < 0.001 && inLimits && shares.Stable.Count == stable.Length;
    });

    [Fact]
    public void A_share_that_equal_weights_can_make_within_a_point_is_made() => Check(Cases(), (stable, canaries, percent, limits) =>
    {
        int[] equal = [.. stable.Select(_ => 1)];
        double nearest = Enumerable.Range(1, limits.Highest).SelectMany(scale => Enumerable.Range(1, limits.Highest).Select(canary => 100.0 * canaries * canary / (canaries * canary + scale * equal.Length)))
            .Min(share => Math.Abs(share - percent));
        return nearest > 1 || Math.Abs(CanaryShares.Of(equal, canaries, 0, percent, limits)!.Percent - percent) <= 1;
    }, times: 30);

    [Fact]
    public void Stable_weights_stay_where_they_make_the_share_near_enough() => Check(Cases(), (stable, canaries, percent, limits) =>
    {
        double share = percent / 100.0;
        int canary = (int)Math.Round(share * stable.Sum() / (canaries * (1 - share)));
        double made = 100.0 * canaries * canary / (canaries * canary + stable.Sum());
        bool near = canary >= 1 && canary <= limits.Highest && stable.Max() <= limits.Highest && Math.Abs(made - percent) <= 0.25;
        return !near || CanaryShares.Of(stable, canaries, 0, percent, limits)!.Stable.SequenceEqual(stable);
    });

    // A weight is rounded to a whole number, and none falls below 1: so much and no more may the largest one's scale move another.
    [Fact]
    public void Proportions_are_kept_as_well_as_whole_numbers_allow() => Check(Cases(), (stable, canaries, percent, limits) =>
    {
        int[] after = [.. CanaryShares.Of(stable, canaries, 0, percent, limits)!.Stable];
        double scale = (double)after.Max() / stable.Max();
        return stable.Select((weight, index) => Math.Abs(Math.Max(1, weight * scale) - after[index])).All(off => off <= 0.5001);
    });

    private static int[] Weights(string text) => [.. text.Split(' ').Select(weight => int.Parse(weight, System.Globalization.CultureInfo.InvariantCulture))];

    private static Gen<(int[] Stable, int Canaries, int Percent, WeightLimits Limits)> Cases() =>
        from limits in Gen.Elements(HAProxy, F5, Elb)
        from count in Gen.Choose(1, 8)
        from stable in Gen.ArrayOf(Gen.Choose(1, Math.Min(256, limits.Highest)), count)
        from canaries in Gen.Choose(1, 3)
        from percent in Gen.Choose(1, 99)
        select (stable, canaries, percent, limits);

    private static void Check(Gen<(int[] Stable, int Canaries, int Percent, WeightLimits Limits)> cases, Func<int[], int, int, WeightLimits, bool> holds, int times = 300) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(cases.ToArbitrary(), one => holds(one.Stable, one.Canaries, one.Percent, one.Limits)));
}
