using System.Globalization;
using AppStatus.Core.Verification.Analysis.Statistics;

namespace AppStatus.Core.Tests.Verification.Analysis;

/// <summary>Two samples, and what R's wilcox.test says of them: a line of what wilcox.R puts out.</summary>
internal sealed record WilcoxCase(string Name, double[] First, double[] Second, double Statistic, double TwoSided, double Greater, double Less, double Shift)
{
    public static IReadOnlyList<WilcoxCase> Parse(IEnumerable<string> lines) => [.. lines.Where(line => line.Length > 0 && line[0] != '#').Select(Parse)];

    /// <summary>To nine digits of the number itself, however small: more than R's own table would show.</summary>
    public void ShouldAgree()
    {
        ShouldAgree(Alternative.TwoSided, TwoSided);
        ShouldAgree(Alternative.Greater, Greater);
        ShouldAgree(Alternative.Less, Less);
        Close(HodgesLehmann.Shift(First, Second), Shift).ShouldBeTrue($"{Name}: shift {HodgesLehmann.Shift(First, Second):R}, R has {Shift:R}");
    }

    private void ShouldAgree(Alternative alternative, double p)
    {
        MannWhitneyResult ours = MannWhitney.Test(First, Second, alternative);
        ours.Statistic.ShouldBe(Statistic, $"{Name}, {alternative}");
        // R divides 0 by 0 where all values are equal, and so does not say that there is no evidence.
        Close(ours.PValue, double.IsNaN(p) ? 1 : p).ShouldBeTrue($"{Name}, {alternative}: p {ours.PValue:R}, R has {p:R}");
    }

    // What is below the least normal double has fewer digits.
    private static bool Close(double ours, double theirs) => Math.Abs(ours - theirs) <= (1e-9 * Math.Abs(theirs)) + 1e-300;

    private static WilcoxCase Parse(string line)
    {
        string[] parts = line.Split('|');
        return new WilcoxCase(
            parts[0], Numbers(parts[1]), Numbers(parts[2]), Number(parts[3]), Number(parts[4]), Number(parts[5]), Number(parts[6]), Number(parts[7]));
    }

    private static double[] Numbers(string text) => [.. text.Split(',').Select(Number)];

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
