namespace AppStatus.Lab.Load;

/// <summary>Milliseconds; nearest-rank percentiles. All 0 where nothing succeeded.</summary>
internal sealed record LatencySummary(double P50, double P99, double Max)
{
    public static LatencySummary Of(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        return sorted.Length == 0 ? new LatencySummary(0, 0, 0) : new LatencySummary(At(sorted, 0.50), At(sorted, 0.99), Math.Round(sorted[^1], 3));
    }

    private static double At(double[] sorted, double quantile) =>
        Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(quantile * sorted.Length) - 1)], 3);
}
