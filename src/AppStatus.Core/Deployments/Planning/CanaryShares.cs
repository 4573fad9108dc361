using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>The absolute weights that give canaries a share of the traffic, as near as whole numbers allow.</summary>
/// <param name="Stable">In the order in which the stable ones were given.</param>
/// <param name="Canary">Of each canary, and of each baseline.</param>
/// <param name="Percent">The share of all canaries together that these weights make, 0–100.</param>
internal sealed record CanaryShares(IReadOnlyList<int> Stable, int Canary, double Percent)
{
    // So near that other weights for the stable members are not worth their writes; so near that larger ones are not worth their size.
    private const double NearEnoughToStay = 0.25, NearEnough = 0.05;

    /// <param name="stable">The weights now of those that serve the old release, each at least 1; their proportions are kept as well as can be.</param>
    /// <param name="canaries">How many get the new release; at least 1.</param>
    /// <param name="baselines">How many of the old release get the same weight as a canary, for comparison.</param>
    /// <param name="percent">The share asked for, above 0 and below 100.</param>
    /// <returns>Null: no weights come near it, because baselines and canaries leave no room.</returns>
    public static CanaryShares? Of(IReadOnlyList<int> stable, int canaries, int baselines, double percent, WeightLimits limits)
    {
        double share = percent / 100;
        // share = m·c / (m·c + b·c + S), solved for c.
        double divisor = canaries - share * (canaries + baselines);
        if (divisor <= 0 || stable.Count == 0) return null;

        int largest = stable.Max();
        CanaryShares? best = null;
        (double Error, double Distortion) bestRank = (double.MaxValue, 0);
        foreach (int scale in Enumerable.Range(1, limits.Highest).OrderBy(scale => scale == largest ? 0 : 1))
        {
            int[] weights = [.. stable.Select(weight => Math.Max(1, (int)Math.Round((double)weight * scale / largest)))];
            long sum = weights.Sum(weight => (long)weight);
            int canary = Math.Max(Math.Max(1, limits.Lowest), (int)Math.Round(Math.Min(limits.Highest, share * sum / divisor)));
            double reached = 100.0 * canaries * canary / ((long)(canaries + baselines) * canary + sum);
            (double Error, double Distortion) rank = (Math.Max(0, Math.Abs(reached - percent) - (scale == largest ? NearEnoughToStay : NearEnough)), Distortion(stable, weights));
            if (rank.CompareTo(bestRank) >= 0) continue;
            bestRank = rank;
            best = new CanaryShares(weights, canary, reached);
            if (scale == largest && rank.Error <= 0) break;
        }

        return best;
    }

    // By how much the share of any stable member among its like differs from what it was.
    private static double Distortion(IReadOnlyList<int> before, int[] after)
    {
        double sumBefore = before.Sum(weight => (double)weight), sumAfter = after.Sum(weight => (double)weight);
        return before.Select((weight, index) => Math.Abs(weight / sumBefore - after[index] / sumAfter)).Max();
    }
}
