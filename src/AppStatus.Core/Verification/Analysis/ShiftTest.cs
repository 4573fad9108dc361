using AppStatus.Core.Verification.Analysis.Statistics;

namespace AppStatus.Core.Verification.Analysis;

/// <summary>
/// Whether canaries' values differ from baselines', as docs/analysis.md explains it. Two things must both be beyond doubt: that the difference is
/// more than the tolerated part of its estimate (the band of Kayenta's judge), and that there is a difference at all once values that
/// resemble their neighbours count for less. Where these are worth fewer than five independent ones, nothing is bad, and nothing is good.
/// </summary>
internal static class ShiftTest
{
    /// <param name="canaries">The values of each canary, in order of time, finite; one value at least among them.</param>
    /// <param name="baselines">The same of the baselines.</param>
    /// <param name="rule">Direction, tolerance and least change.</param>
    /// <param name="allowed">The p-value that is rare enough, 0–1.</param>
    public static ShiftFinding Judge(IReadOnlyList<IReadOnlyList<double>> canaries, IReadOnlyList<IReadOnlyList<double>> baselines, AnalysisRule rule, double allowed)
    {
        double[] first = [.. canaries.SelectMany(series => series)], second = [.. baselines.SelectMany(series => series)];
        double likeness = Autocorrelation.OfNeighbours(canaries.Concat(baselines));
        double growth = Math.Max(Growth(likeness, canaries), Growth(likeness, baselines));
        double effective = Math.Min(first.Length, second.Length) / growth;

        double shift = HodgesLehmann.Shift(first, second);
        bool rises = rule.Direction == AnalysisDirection.Increase || (rule.Direction == AnalysisDirection.Either && shift > 0);
        double beyondBand = PValue(first, second, rises, rule.Tolerance * Math.Abs(shift));
        double discounted = NormalTail.Above(NormalTail.Quantile(PValue(first, second, rises, 0)) / Math.Sqrt(growth));
        // Whoever looks on both sides has two chances to be wrong.
        double sides = rule.Direction == AnalysisDirection.Either ? 2 : 1;
        double probability = Math.Min(1, sides * Math.Max(beyondBand, discounted));
        bool isSure = probability <= allowed && effective >= AnalysisRule.FewestSamples;
        return new ShiftFinding(isSure && IsLargeEnough(first, second, rule.MinChangePercent), shift, probability, effective);
    }

    private static double PValue(double[] first, double[] second, bool rises, double band)
    {
        double[] moved = band == 0 ? first : [.. first.Select(value => rises ? value - band : value + band)];
        return MannWhitney.Test(moved, second, rises ? Alternative.Greater : Alternative.Less).PValue;
    }

    private static double Growth(double likeness, IReadOnlyList<IReadOnlyList<double>> side) =>
        likeness == 0 ? 1 : Autocorrelation.VarianceGrowth(likeness, side.Max(series => series.Count));

    // As in Kayenta's judge, a ratio of means; where there is none, the size decides nothing.
    private static bool IsLargeEnough(double[] first, double[] second, double leastPercent)
    {
        double mine = first.Average(), theirs = second.Average();
        return theirs == 0 || mine == 0 || 100 * Math.Abs((mine / theirs) - 1) >= leastPercent;
    }
}
