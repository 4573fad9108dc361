using AppStatus.Core.Deployments;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Verification;
using AppStatus.Core.Verification.Analysis;

namespace AppStatus.Core.Tests.Verification.Analysis;

/// <summary>How often whole analyses, from the first look to the verdict, end in what.</summary>
internal sealed record AnalysisRates(int Runs, int Failed, int Inconclusive, int Early)
{
    public double FailedPercent => 100.0 * Failed / Runs;

    public double InconclusivePercent => 100.0 * Inconclusive / Runs;

    public double PassedPercent => 100.0 * (Runs - Failed - Inconclusive) / Runs;

    /// <summary>Of those that failed.</summary>
    public double EarlyPercent => Failed == 0 ? 0 : 100.0 * Early / Failed;

    /// <param name="rules">The analysis; each rule's metric has series of its own.</param>
    /// <param name="shape">Of all series.</param>
    /// <param name="looks">How many there are; each instance gives so many values.</param>
    /// <param name="shift">By how many standard deviations canaries lie above baselines, in all metrics.</param>
    /// <param name="baselines">How many instances one canary is compared with.</param>
    /// <param name="runs">How many analyses.</param>
    /// <param name="seed">The same seed gives the same numbers.</param>
    public static AnalysisRates Of(IReadOnlyList<AnalysisRule> rules, SyntheticSeries shape, int looks, double shift, int baselines, int runs, int seed)
    {
        var dice = new Random(seed);
        int failed = 0, inconclusive = 0, early = 0;
        for (int run = 0; run < runs; run++)
        {
            var time = new ManualTimeProvider();
            (ReleaseVerdict verdict, TimeSpan took) = Judge(rules, shape, looks, shift, baselines, dice, time);
            if (verdict == ReleaseVerdict.Inconclusive) inconclusive++;
            if (verdict != ReleaseVerdict.Fail) continue;
            failed++;
            if (took < TimeSpan.FromSeconds(looks - 1)) early++;
        }

        return new AnalysisRates(runs, failed, inconclusive, early);
    }

    private static (ReleaseVerdict Verdict, TimeSpan Took) Judge(
        IReadOnlyList<AnalysisRule> rules, SyntheticSeries shape, int looks, double shift, int baselines, Random dice, ManualTimeProvider time)
    {
        var judge = new ReleaseJudge(rules, _ => new DiceSource(time, shape, shift, dice), time);
        var release = new ReleaseUnderTest(
            [Named("canary")], [.. Enumerable.Range(1, baselines).Select(number => Named($"baseline{number}"))], TimeSpan.FromSeconds(looks - 1), TimeSpan.FromSeconds(1), static _ => { });
        Task<ReleaseJudgement> judging = judge.JudgeAsync(release, CancellationToken.None);
        while (time.AdvanceToNext()) { }
        if (!judging.IsCompleted) throw new InvalidOperationException("The analysis does not end.");
        return (judging.GetAwaiter().GetResult().Verdict, time.Elapsed);
    }

    private static Instance Named(string name) => new() { Name = name, Address = name, Port = 80, Uri = new Uri($"http://{name}:80/") };
}
