namespace AppStatus.Core.Verification.Analysis.Statistics;

/// <summary>
/// The standard normal distribution's upper tail, to about twelve digits of its own size: a series that only adds
/// (Abramowitz and Stegun 26.2.11) near the middle, and the continued fraction of Mills' ratio (26.2.14) far out.
/// </summary>
internal static class NormalTail
{
    private const double FarOut = 4;

    /// <summary>The probability of more than <paramref name="z"/>, 0–1.</summary>
    public static double Above(double z)
    {
        if (double.IsNaN(z)) return double.NaN;
        if (z > FarOut) return MillsRatio(z) * Density(z);
        return z < -FarOut ? 1 - Above(-z) : 0.5 - (Density(z) * OddSeries(z));
    }

    /// <summary>What is exceeded with this probability, 0–1; infinite at its ends.</summary>
    public static double Quantile(double above)
    {
        if (above <= 0) return double.PositiveInfinity;
        if (above >= 1) return double.NegativeInfinity;
        // Nothing is beyond 40 in doubles; bisection needs no formula of its own, and 100 halvings end at the last bit.
        double low = -40, high = 40;
        for (int halving = 0; halving < 100; halving++)
        {
            double middle = (low + high) / 2;
            if (Above(middle) > above) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    private static double OddSeries(double z)
    {
        double term = z, sum = z;
        for (int odd = 3; Math.Abs(term) > Math.Abs(sum) * 1e-17; odd += 2)
        {
            term *= z * z / odd;
            sum += term;
        }

        return sum;
    }

    private static double MillsRatio(double z)
    {
        double fraction = z;
        for (int level = 100; level > 0; level--) fraction = z + (level / fraction);
        return 1 / fraction;
    }
}
