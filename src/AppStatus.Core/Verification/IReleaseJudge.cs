using AppStatus.Core.Deployments;

namespace AppStatus.Core.Verification;

/// <summary>Judges canaries by their metrics.</summary>
internal interface IReleaseJudge
{
    /// <summary>Watches for as long as asked, and ends earlier when something is found bad. A source that tells nothing is never a good sign.</summary>
    Task<ReleaseJudgement> JudgeAsync(ReleaseUnderTest release, CancellationToken cancellationToken);
}

/// <param name="Canaries">What runs the new release and gets traffic.</param>
/// <param name="Baselines">What it is compared with.</param>
/// <param name="Duration">For so long they are watched.</param>
/// <param name="Interval">From one look to the next.</param>
/// <param name="Report">Takes a short text for the progress bar.</param>
internal sealed record ReleaseUnderTest(
    IReadOnlyList<Instance> Canaries, IReadOnlyList<Instance> Baselines, TimeSpan Duration, TimeSpan Interval, Action<string> Report)
{
    /// <summary>The baselines were deployed anew, as the canaries were; else they are what still runs the old release.</summary>
    public bool HasFreshBaselines { get; init; }
}

/// <param name="Why">For people; empty where it passed.</param>
internal sealed record ReleaseJudgement(ReleaseVerdict Verdict, string Why)
{
    public static ReleaseJudgement Passed { get; } = new(ReleaseVerdict.Pass, "");
}

internal enum ReleaseVerdict
{
    Pass,

    Fail,

    /// <summary>Too few samples, or too many missing, to tell.</summary>
    Inconclusive,
}
