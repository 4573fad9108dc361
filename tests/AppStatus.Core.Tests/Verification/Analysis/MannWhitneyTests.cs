using AppStatus.Core.Verification.Analysis.Statistics;

namespace AppStatus.Core.Tests.Verification.Analysis;

public sealed class MannWhitneyTests
{
    [Fact]
    public void It_agrees_with_R_in_each_digit_that_counts()
    {
        IReadOnlyList<WilcoxCase> cases = WilcoxCase.Parse(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "wilcox.txt")));

        // Three p-values each.
        cases.Count.ShouldBe(117);
        foreach (WilcoxCase one in cases) one.ShouldAgree();
    }

    [Theory]
    [InlineData(49, true)]
    [InlineData(50, false)]
    public void It_counts_below_fifty_values(int count, bool exact)
    {
        double[] sample = [.. Enumerable.Range(0, count).Select(value => (double)value)];

        MannWhitney.Test(sample, [0.5, 1.5], Alternative.TwoSided).IsExact.ShouldBe(exact);
        MannWhitney.Test([0.5, 1.5], sample, Alternative.TwoSided).IsExact.ShouldBe(exact);
    }

    [Fact]
    public void One_tie_ends_the_counting() => MannWhitney.Test([1, 2], [2, 3], Alternative.Less).IsExact.ShouldBeFalse();

    [Fact]
    public void Equal_values_are_no_evidence()
    {
        foreach (Alternative alternative in new[] { Alternative.TwoSided, Alternative.Greater, Alternative.Less })
            MannWhitney.Test([7, 7, 7], [7, 7], alternative).PValue.ShouldBe(1);
    }

    [Fact]
    public void An_empty_sample_is_refused()
    {
        Should.Throw<ArgumentException>(() => MannWhitney.Test([], [1], Alternative.Less)).ParamName.ShouldBe("first");
        Should.Throw<ArgumentException>(() => MannWhitney.Test([1], [], Alternative.Less)).ParamName.ShouldBe("second");
        Should.Throw<ArgumentException>(() => HodgesLehmann.Shift([], [1])).ParamName.ShouldBe("first");
        Should.Throw<ArgumentException>(() => HodgesLehmann.Shift([1], [])).ParamName.ShouldBe("second");
    }

    [Fact]
    public void Both_tails_are_tails_of_one_distribution()
    {
        // P(U <= u) + P(U >= u) = 1 + P(U = u), and all of P(U = u) is 1: at sizes of which the counts are beyond exact doubles, too.
        foreach ((int first, int second) in new[] { (1, 1), (2, 5), (8, 8), (30, 40), (49, 49) })
        {
            double before = 0;
            for (int value = 0; value <= first * second; value++)
            {
                double atMost = RankSumCounts.AtMost(value, first, second);
                atMost.ShouldBeGreaterThanOrEqualTo(before);
                atMost.ShouldBe(1 - RankSumCounts.AtMost((first * second) - value - 1, first, second), 1e-12);
                before = atMost;
            }

            before.ShouldBe(1);
        }
    }

    [Fact]
    public void A_hundred_thousand_values_a_side_are_no_trouble()
    {
        double[] low = [.. Enumerable.Range(0, 100_000).Select(value => (double)value)];
        double[] high = [.. low.Select(value => value + 12_345)];

        HodgesLehmann.Shift(high, low).ShouldBe(12_345);
        MannWhitney.Test(high, low, Alternative.Greater).PValue.ShouldBe(0);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.959963984540054, 0.025)]
    [InlineData(3.999, 3.180494873e-5)]
    [InlineData(4.001, 3.153728e-5)]
    [InlineData(8, 6.220960574271785e-16)]
    [InlineData(-1, 0.8413447460685429)]
    [InlineData(-9, 1)]
    public void The_normal_tail_is_as_in_tables(double z, double above)
    {
        NormalTail.Above(z).ShouldBe(above, above * 1e-4);
        NormalTail.Quantile(NormalTail.Above(Math.Min(8, Math.Max(-5, z)))).ShouldBe(Math.Min(8, Math.Max(-5, z)), 1e-9);
    }

    [Fact]
    public void The_ends_of_the_normal_distribution_are_infinite()
    {
        NormalTail.Quantile(0).ShouldBe(double.PositiveInfinity);
        NormalTail.Quantile(1).ShouldBe(double.NegativeInfinity);
        NormalTail.Above(double.PositiveInfinity).ShouldBe(0);
        NormalTail.Above(double.NegativeInfinity).ShouldBe(1);
        NormalTail.Above(double.NaN).ShouldBe(double.NaN);
    }
}
