using AppStatus.Core.Verification.Analysis;
using AppStatus.Core.Verification.Analysis.Statistics;

namespace AppStatus.Core.Tests.Verification.Analysis;

public sealed class ShiftTestTests
{
    private const double Allowed = 0.02;
    private static readonly double[] Usual = [10, 12, 11, 14, 13, 9, 15, 10.5, 11.5, 12.5];
    private static readonly AnalysisRule Rule = new() { Name = "rule", Metric = "x", MannWhitney = true };

    [Theory]
    [InlineData(AnalysisDirection.Either, 20, true)]
    [InlineData(AnalysisDirection.Either, -20, true)]
    [InlineData(AnalysisDirection.Increase, 20, true)]
    [InlineData(AnalysisDirection.Increase, -20, false)]
    [InlineData(AnalysisDirection.Decrease, 20, false)]
    [InlineData(AnalysisDirection.Decrease, -20, true)]
    public void Only_the_bad_direction_is_bad(AnalysisDirection direction, double shift, bool bad)
    {
        ShiftFinding finding = Judge(Moved(shift), Rule with { Direction = direction });

        finding.IsBad.ShouldBe(bad);
        finding.Shift.ShouldBe(shift, 1e-9);
    }

    [Fact]
    public void What_is_the_same_is_not_bad() => Judge(Usual, Rule).IsBad.ShouldBeFalse();

    [Fact]
    public void Both_sides_cost_twice_what_one_does()
    {
        double one = Judge(Moved(3), Rule with { Direction = AnalysisDirection.Increase, Tolerance = 0 }).PValue;

        Judge(Moved(3), Rule with { Tolerance = 0 }).PValue.ShouldBe(2 * one, 1e-12);
        one.ShouldBe(MannWhitney.Test(Moved(3), Usual, Alternative.Greater).PValue, 1e-9);
    }

    [Fact]
    public void The_tolerated_part_of_the_difference_is_taken_off_on_the_way_up_and_down()
    {
        double up = MannWhitney.Test(Moved(3 - 0.75), Usual, Alternative.Greater).PValue;
        double down = MannWhitney.Test(Moved(-3 + 0.75), Usual, Alternative.Less).PValue;

        Judge(Moved(3), Rule with { Direction = AnalysisDirection.Increase }).PValue.ShouldBe(up, 1e-9);
        Judge(Moved(-3), Rule with { Direction = AnalysisDirection.Decrease }).PValue.ShouldBe(down, 1e-9);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(30, false)]
    public void A_change_that_is_sure_but_small_is_not_bad(double leastPercent, bool bad) =>
        Judge(Moved(3), Rule with { MinChangePercent = leastPercent, Tolerance = 0 }).IsBad.ShouldBe(bad);

    [Fact]
    public void Without_a_mean_to_compare_with_the_size_decides_nothing() =>
        ShiftTest.Judge([[5, 6, 7, 5, 6, 7, 5, 6]], [[0, 0, 0, 0, 0, 0, 0, 0]], Rule with { MinChangePercent = 1000 }, Allowed).IsBad.ShouldBeTrue();

    [Fact]
    public void Constants_that_differ_are_bad_and_those_that_do_not_are_not()
    {
        ShiftTest.Judge([[5, 5, 5, 5, 5, 5, 5, 5]], [[3, 3, 3, 3, 3, 3, 3, 3]], Rule, Allowed).IsBad.ShouldBeTrue();
        ShiftTest.Judge([[3, 3, 3, 3, 3, 3, 3, 3]], [[3, 3, 3, 3, 3, 3, 3, 3]], Rule, Allowed).IsBad.ShouldBeFalse();
    }

    [Fact]
    public void Values_that_resemble_their_neighbours_count_for_less()
    {
        // The same values: once in waves, once shuffled.
        double[] waves = [.. Enumerable.Range(0, 40).Select(at => Math.Sin(at / 6.0) + (at * 1e-6))];
        double[] shuffled = [.. Enumerable.Range(0, 40).Select(at => waves[at * 17 % 40])];
        double[] raised = [.. waves.Select(value => value + 0.9)], raisedShuffled = [.. shuffled.Select(value => value + 0.9)];

        ShiftFinding smooth = ShiftTest.Judge([raised], [waves], Rule, Allowed), rough = ShiftTest.Judge([raisedShuffled], [shuffled], Rule, Allowed);

        rough.IsBad.ShouldBeTrue();
        rough.EffectiveSamples.ShouldBe(40);
        smooth.IsBad.ShouldBeFalse();
        smooth.EffectiveSamples.ShouldBeLessThan(10);
        smooth.Shift.ShouldBe(rough.Shift, 1e-9);
    }

    [Fact]
    public void Neighbours_are_those_of_one_instance()
    {
        // Two steady instances at different levels: within each there is nothing to see.
        double[] low = [1, 3, 2, 4, 1.5, 3.5, 2.5, 4.5, 1.2, 3.2], high = [.. low.Select(value => value + 100)];

        Autocorrelation.OfNeighbours([low, high]).ShouldBe(0);
        Autocorrelation.OfNeighbours([[.. low, .. high]]).ShouldBeGreaterThan(0.5);
    }

    [Theory]
    [InlineData(0, 20, 1)]
    [InlineData(0.5, 2, 1.5)]
    [InlineData(0.5, 1000, 2.996)]
    [InlineData(1, 20, 20)]
    public void A_series_tells_less_by_its_variance(double likeness, int values, double growth) =>
        Autocorrelation.VarianceGrowth(likeness, values).ShouldBe(growth, 0.001);

    [Fact]
    public void Nothing_is_said_of_what_is_short_or_constant()
    {
        Autocorrelation.OfNeighbours([]).ShouldBe(0);
        Autocorrelation.OfNeighbours([[1, 2], [3]]).ShouldBe(0);
        Autocorrelation.OfNeighbours([[4, 4, 4, 4, 4]]).ShouldBe(0);
    }

    private static double[] Moved(double by) => [.. Usual.Select((value, at) => value + by + (at * 1e-7))];

    private static ShiftFinding Judge(double[] canary, AnalysisRule rule) => ShiftTest.Judge([canary], [Usual], rule, Allowed) is var finding
        ? finding with { Shift = Math.Round(finding.Shift, 3) } : default;
}
