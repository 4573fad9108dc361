namespace AppStatus.Core.Verification.Analysis.Statistics;

/// <summary>
/// The Hodges-Lehmann estimate of how far one sample lies above another: the median of all differences of a first and a second value.
/// The differences are never laid out, so that 100,000 values against 100,000 take a moment, and not 80 GB.
/// </summary>
internal static class HodgesLehmann
{
    /// <param name="first">Finite numbers, in any order, at least one.</param>
    /// <param name="second">The same.</param>
    /// <exception cref="ArgumentException">A sample is empty.</exception>
    public static double Shift(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (first.Count == 0 || second.Count == 0) throw new ArgumentException("A sample is empty.", first.Count == 0 ? nameof(first) : nameof(second));
        double[] high = Sorted(first), low = Sorted(second);
        long pairs = (long)high.Length * low.Length;
        double upper = Select((pairs / 2) + 1, high, low);
        return pairs % 2 == 1 ? upper : Middle(Select(pairs / 2, high, low), upper);
    }

    // Halves first: the sum of two large numbers may be beyond all numbers.
    private static double Middle(double lower, double upper) => double.IsInfinity(lower + upper) ? (lower / 2) + (upper / 2) : (lower + upper) / 2;

    /// <summary>The difference of this rank, from 1, by halving the range of all doubles in their order: 64 rounds end at the very one.</summary>
    private static double Select(long rank, double[] high, double[] low)
    {
        long least = Ordinal(high[0] - low[low.Length - 1]), most = Ordinal(high[high.Length - 1] - low[0]);
        while (least < most)
        {
            long middle = (least & most) + ((least ^ most) >> 1);
            if (CountUpTo(FromOrdinal(middle), high, low) >= rank) most = middle;
            else least = middle + 1;
        }

        return FromOrdinal(least);
    }

    // Each larger value of the first sample has its last small enough difference at the same or a larger value of the second.
    private static long CountUpTo(double limit, double[] high, double[] low)
    {
        long count = 0;
        int tooSmall = 0;
        foreach (double value in high)
        {
            while (tooSmall < low.Length && value - low[tooSmall] > limit) tooSmall++;
            count += low.Length - tooSmall;
        }

        return count;
    }

    // Doubles as integers of the same order; 0 and -0 are neighbours.
    private static long Ordinal(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        return bits >= 0 ? bits : long.MinValue - bits - 1;
    }

    private static double FromOrdinal(long ordinal) => BitConverter.Int64BitsToDouble(ordinal >= 0 ? ordinal : long.MinValue - ordinal - 1);

    private static double[] Sorted(IReadOnlyList<double> sample)
    {
        double[] sorted = [.. sample];
        Array.Sort(sorted);
        return sorted;
    }
}
