using AppStatus.Core.Tests.Verification.Analysis;
using AppStatus.Core.Verification.Analysis;

namespace AppStatus.Bench;

/// <summary>How often the whole analysis is wrong, on series whose truth is known. Seeded: the same numbers each time.</summary>
internal static class AnalysisBench
{
    private const int Runs = 1000;
    private static readonly double[] Shifts = [0, 0.5, 1, 2, 3];
    private static readonly AnalysisRule Directed = new() { Name = "rule", Metric = "m", MannWhitney = true, Direction = AnalysisDirection.Increase };

    public static void Run()
    {
        Console.WriteLine($"{Runs} analyses a number, 1 canary against 1 baseline where nothing else is said. Failed % / inconclusive %; the rest passed.");
        Table("-Direction Increase", [Directed], [8, 12, 16, 20, 30, 50], baselines: 1);
        Table("-Direction Either", [Directed with { Direction = AnalysisDirection.Either }], [8, 16, 30], baselines: 1);
        Table("-Direction Increase, 4 baselines", [Directed], [8, 16, 30], baselines: 4);
        Table("-Direction Increase, -Tolerance 0", [Directed with { Tolerance = 0 }], [8, 16, 30], baselines: 1);
        Table("Three rules of independent metrics, -Direction Increase", [.. Enumerable.Range(1, 3).Select(number => Directed with { Name = $"rule {number}", Metric = $"m{number}" })], [16, 30], baselines: 1);
    }

    private static void Table(string title, IReadOnlyList<AnalysisRule> rules, int[] looks, int baselines)
    {
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine();
        Console.WriteLine($"| series | samples | {string.Join(" | ", Shifts.Select(shift => FormattableString.Invariant($"{shift} sd")))} | found early at 3 sd |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        (SyntheticSeries Shape, int Looks)[] rows = [.. Shapes().SelectMany(shape => looks.Select(count => (shape, count)))];
        string[] lines = new string[rows.Length];
        Parallel.For(0, rows.Length, row =>
        {
            AnalysisRates[] rates = [.. Shifts.Select(shift => AnalysisRates.Of(rules, rows[row].Shape, rows[row].Looks, shift, baselines, Runs, seed: 20261121))];
            lines[row] = FormattableString.Invariant(
                $"| {rows[row].Shape} | {rows[row].Looks} | {string.Join(" | ", rates.Select(rate => FormattableString.Invariant($"{rate.FailedPercent:0.0} / {rate.InconclusivePercent:0.0}")))} | {rates[^1].EarlyPercent:0} % |");
        });
        foreach (string line in lines) Console.WriteLine(line);
    }

    private static IEnumerable<SyntheticSeries> Shapes() =>
    [
        new(IsSkewed: false, 0), new(IsSkewed: true, 0), new(IsSkewed: false, 0.3), new(IsSkewed: false, 0.5), new(IsSkewed: false, 0.7), new(IsSkewed: false, 0.9), new(IsSkewed: true, 0.5),
    ];
}
