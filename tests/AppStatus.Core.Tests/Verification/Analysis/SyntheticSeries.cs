namespace AppStatus.Core.Tests.Verification.Analysis;

/// <summary>A metric by the dice, with a standard deviation of 1.</summary>
/// <param name="IsSkewed">Log-normal, as times of requests are; else normal.</param>
/// <param name="Likeness">0 to below 1: how each value correlates with the one before it.</param>
internal sealed record SyntheticSeries(bool IsSkewed, double Likeness)
{
    /// <summary>Of the logarithm: the mean is 1.13 times the median, and the largest of a hundred three times.</summary>
    private const double Skew = 0.5;

    public IEnumerable<double> Values(Random dice)
    {
        for (double state = Normal(dice); ; state = (Likeness * state) + (Math.Sqrt(1 - (Likeness * Likeness)) * Normal(dice)))
            yield return IsSkewed ? Math.Exp(Skew * state) / Spread : state;
    }

    private static double Spread => Math.Sqrt((Math.Exp(Skew * Skew) - 1) * Math.Exp(Skew * Skew));

    private static double Normal(Random dice) => Math.Sqrt(-2 * Math.Log(1 - dice.NextDouble())) * Math.Cos(2 * Math.PI * dice.NextDouble());

    public override string ToString() => $"{(IsSkewed ? "log-normal" : "normal")}{(Likeness == 0 ? "" : FormattableString.Invariant($", AR(1) {Likeness}"))}";
}
