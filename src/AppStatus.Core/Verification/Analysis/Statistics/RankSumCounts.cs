namespace AppStatus.Core.Verification.Analysis.Statistics;

/// <summary>
/// The exact distribution of the Mann-Whitney statistic without ties: among all ways to deal two samples' ranks, how many give each value.
/// The numbers are the coefficients of the Gaussian binomial, built factor by factor (Mann and Whitney 1947 have the same by recursion).
/// </summary>
internal static class RankSumCounts
{
    /// <summary>The probability, 0–1, that the statistic of samples so large, each at least 1, is at most <paramref name="value"/>.</summary>
    public static double AtMost(double value, int first, int second)
    {
        int most = first * second, last = (int)Math.Floor(value);
        if (last < 0) return 0;
        if (last >= most) return 1;
        // The distribution is symmetric, and the shorter tail is both quicker and more precise.
        return last > (most - 1) / 2 ? 1 - LowerTail(most - last - 1, first, second) : LowerTail(last, first, second);
    }

    private static double LowerTail(int last, int first, int second)
    {
        int small = Math.Min(first, second), large = Math.Max(first, second);
        var ways = new double[last + 1];
        ways[0] = 1;
        double all = 1;
        for (int size = 1; size <= small; size++)
        {
            int grown = large + size;
            for (int value = last; value >= grown; value--) ways[value] -= ways[value - grown];
            for (int value = size; value <= last; value++) ways[value] += ways[value - size];
            all *= (double)grown / size;
        }

        double sum = 0;
        foreach (double count in ways) sum += count;
        return sum / all;
    }
}
