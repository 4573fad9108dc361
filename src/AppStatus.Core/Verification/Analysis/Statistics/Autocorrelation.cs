namespace AppStatus.Core.Verification.Analysis.Statistics;

/// <summary>How much each value of a series resembles the one before it, and how much less the series tells for that.</summary>
internal static class Autocorrelation
{
    /// <summary>What independent values exceed in one case of twenty.</summary>
    private const double ByChance = 1.645;

    /// <summary>
    /// The correlation of neighbours' ranks, over several series together, corrected for what short series underestimate (Kendall 1954:
    /// by about (1 + 3ρ) / n a series). Ranks, so that one wild value decides nothing. What chance explains counts as none, for independent values
    /// would be distrusted half of the time.
    /// </summary>
    /// <param name="series">Each in order of time; shorter than 3 is passed over.</param>
    /// <returns>0 to 1; 0 where there is none, or where nothing can be said.</returns>
    public static double OfNeighbours(IEnumerable<IReadOnlyList<double>> series)
    {
        double together = 0, alone = 0, values = 0;
        int count = 0;
        foreach (IReadOnlyList<double> one in series.Where(one => one.Count >= 3))
        {
            double[] ranks = CentredRanks(one);
            for (int index = 0; index < ranks.Length; index++)
            {
                alone += ranks[index] * ranks[index];
                if (index > 0) together += ranks[index] * ranks[index - 1];
            }

            values += ranks.Length;
            count++;
        }

        if (alone == 0) return 0;
        double raw = together / alone, length = values / count;
        double likeness = raw + ((1 + (3 * raw)) / length);
        return likeness < ByChance / Math.Sqrt(values) ? 0 : Math.Min(1, likeness);
    }

    /// <summary>By how much the variance of the mean of so many values grows when neighbours correlate so, and others by its powers; at least 1.</summary>
    public static double VarianceGrowth(double neighbours, int values)
    {
        double growth = 1, power = 1;
        for (int lag = 1; lag < values; lag++)
        {
            power *= neighbours;
            growth += 2 * (1 - ((double)lag / values)) * power;
            if (Math.Abs(power) < 1e-12) break;
        }

        return Math.Max(1, growth);
    }

    private static double[] CentredRanks(IReadOnlyList<double> series)
    {
        double[] sorted = [.. series];
        int[] places = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, places);
        var ranks = new double[sorted.Length];
        double centre = (sorted.Length - 1) / 2.0;
        for (int start = 0; start < sorted.Length;)
        {
            int end = start;
            while (end + 1 < sorted.Length && sorted[end + 1] == sorted[start]) end++;
            for (int index = start; index <= end; index++) ranks[places[index]] = ((start + end) / 2.0) - centre;
            start = end + 1;
        }

        return ranks;
    }
}
