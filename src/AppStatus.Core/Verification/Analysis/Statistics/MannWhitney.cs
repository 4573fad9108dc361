namespace AppStatus.Core.Verification.Analysis.Statistics;

/// <summary>
/// The Mann-Whitney test (Wilcoxon's rank sum) as R's <c>wilcox.test</c> does it: exact below 50 values a sample and without
/// ties, else by the normal approximation with corrections for ties and for continuity.
/// </summary>
internal static class MannWhitney
{
    /// <summary>From so many values a sample on, the normal approximation is as good as the exact count.</summary>
    private const int ExactBelow = 50;

    /// <param name="first">Finite numbers, in any order, at least one.</param>
    /// <param name="second">The same.</param>
    /// <param name="alternative">What is looked for in the first sample.</param>
    /// <returns>Statistic, p-value and how it was found. Where all values are equal there is no evidence: p is 1.</returns>
    /// <exception cref="ArgumentException">A sample is empty.</exception>
    public static MannWhitneyResult Test(IReadOnlyList<double> first, IReadOnlyList<double> second, Alternative alternative)
    {
        if (first.Count == 0 || second.Count == 0) throw new ArgumentException("A sample is empty.", first.Count == 0 ? nameof(first) : nameof(second));
        (double statistic, double tieSum) = Rank(first, second);
        return tieSum == 0 && first.Count < ExactBelow && second.Count < ExactBelow
            ? new MannWhitneyResult(statistic, Exact(statistic, first.Count, second.Count, alternative), IsExact: true)
            : new MannWhitneyResult(statistic, Approximate(statistic, tieSum, first.Count, second.Count, alternative), IsExact: false);
    }

    private static double Exact(double statistic, int first, int second, Alternative alternative)
    {
        double atMost = RankSumCounts.AtMost(statistic, first, second);
        // By symmetry; one minus the other tail would lose the digits of a small one.
        double atLeast = RankSumCounts.AtMost(((double)first * second) - statistic, first, second);
        return alternative switch
        {
            Alternative.Greater => atLeast,
            Alternative.Less => atMost,
            _ => Math.Min(1, 2 * Math.Min(atMost, atLeast)),
        };
    }

    private static double Approximate(double statistic, double tieSum, double first, double second, Alternative alternative)
    {
        double all = first + second, distance = statistic - (first * second / 2);
        double variance = first * second / 12 * (all + 1 - (tieSum / (all * (all - 1))));
        if (variance <= 0) return 1;
        double correction = alternative switch
        {
            Alternative.Greater => 0.5,
            Alternative.Less => -0.5,
            _ => 0.5 * Math.Sign(distance),
        };
        double z = (distance - correction) / Math.Sqrt(variance);
        return alternative switch
        {
            Alternative.Greater => NormalTail.Above(z),
            Alternative.Less => NormalTail.Above(-z),
            _ => Math.Min(1, 2 * NormalTail.Above(Math.Abs(z))),
        };
    }

    // The first sample's rank sum beyond its least, and the sum of t³ - t over the groups of t equal values.
    private static (double Statistic, double TieSum) Rank(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        int all = first.Count + second.Count;
        var values = new double[all];
        var isFirst = new bool[all];
        for (int index = 0; index < all; index++)
        {
            isFirst[index] = index < first.Count;
            values[index] = isFirst[index] ? first[index] : second[index - first.Count];
        }

        Array.Sort(values, isFirst);
        double rankSum = 0, tieSum = 0;
        for (int start = 0; start < all;)
        {
            int end = start, ofFirst = 0;
            while (end < all && values[end] == values[start])
            {
                if (isFirst[end]) ofFirst++;
                end++;
            }

            double ties = end - start, middle = (start + 1 + end) / 2.0;
            rankSum += ofFirst * middle;
            tieSum += (ties * ties * ties) - ties;
            start = end;
        }

        return (rankSum - ((double)first.Count * (first.Count + 1) / 2), tieSum);
    }
}
