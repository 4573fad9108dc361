using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Verification.Analysis;

/// <summary>
/// Judges canaries by rules over their metrics. It keeps nothing from one judgement to the next: a step that is tried again is judged by what its
/// canaries do then. A canary past a threshold is found at the next interval's reading, and that is over before another one is due.
/// </summary>
internal sealed class ReleaseJudge : IReleaseJudge
{
    private readonly IReadOnlyList<AnalysisRule> _rules;
    private readonly Func<MetricSourceOptions, IMetricSource> _sourceFactory;
    private readonly TimeProvider _time;

    /// <param name="rules">At least one; each with a name of its own.</param>
    /// <param name="sourceFactory">Makes a source for each way of reading and each judgement, which disposes of it.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: a rule can't be used.</exception>
    public ReleaseJudge(IReadOnlyList<AnalysisRule> rules, Func<MetricSourceOptions, IMetricSource> sourceFactory, TimeProvider time)
    {
        foreach (AnalysisRule rule in rules)
        {
            if (rule.Check() is { } fault) throw new AppStatusException(fault, rule);
            _ = MetricSources.Metric(AnalysisFeed.WayOf(rule).Source, rule.Metric);
        }

        if (rules.GroupBy(rule => rule.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new AppStatusException(ErrorId.InvalidArgument, $"Two analysis rules are called '{SafeText.Of(twice.Key, 100)}', and their verdicts could not be told apart.", "Give one another -Name.");
        _rules = rules;
        _sourceFactory = sourceFactory;
        _time = time;
    }

    /// <summary>Real sources, on the machine's clock.</summary>
    /// <param name="rules">At least one.</param>
    /// <param name="parallel">How many instances are read side by side.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: a rule can't be used.</exception>
    public static ReleaseJudge Create(IReadOnlyList<AnalysisRule> rules, int parallel) =>
        new(rules, options => MetricSources.Create(options, parallel), TimeProvider.System);

    /// <summary>Whether so many instances can give the values that each rule needs, in so much time; said before anything is deployed.</summary>
    /// <param name="rules">The analysis.</param>
    /// <param name="canaries">How many there are.</param>
    /// <param name="baselines">How many there are to compare with.</param>
    /// <param name="duration">Of one step.</param>
    /// <param name="interval">Above 0.</param>
    /// <returns>Why a rule could never judge; null where each can.</returns>
    public static Fault? Shortfall(IReadOnlyList<AnalysisRule> rules, int canaries, int baselines, TimeSpan duration, TimeSpan interval)
    {
        long readings = (duration.Ticks / interval.Ticks) + 1;
        foreach (AnalysisRule rule in rules.Where(rule => rule.MannWhitney))
        {
            if (baselines == 0)
                return Short(rule, "there is no instance with the old release to compare with", "Pass -BaselineInstance, or leave out what -MannWhitney compares.");
            if (readings * Math.Min(canaries, baselines) < rule.MinSamples)
            {
                double needed = Math.Ceiling((double)rule.MinSamples / Math.Max(1, Math.Min(canaries, baselines))) * interval.TotalSeconds;
                return Short(
                    rule,
                    FormattableString.Invariant($"a step of {duration.TotalSeconds:0.#} s gives {readings * Math.Min(canaries, baselines)} values a side, and it needs {rule.MinSamples}"),
                    FormattableString.Invariant($"Pass -StepSec {needed:0} or more, or a shorter -IntervalSec."));
            }
        }

        return null;
    }

    public async Task<ReleaseJudgement> JudgeAsync(ReleaseUnderTest release, CancellationToken cancellationToken)
    {
        if (release.Interval <= TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(release), release.Interval, "An interval takes time.");
        cancellationToken.ThrowIfCancellationRequested();
        if (Impossible(release) is { } fault) return Inconclusive(fault);
        IReadOnlyList<AnalysisFeed> feeds;
        try
        {
            feeds = AnalysisFeed.Of(_rules, release, _sourceFactory, _time);
        }
        catch (AppStatusException exception)
        {
            return Inconclusive(exception.Fault);
        }

        try
        {
            return await JudgeAsync(release, feeds, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (AnalysisFeed feed in feeds) feed.Dispose();
        }
    }

    private async Task<ReleaseJudgement> JudgeAsync(ReleaseUnderTest release, IReadOnlyList<AnalysisFeed> feeds, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        string?[] found = await Task.WhenAll(feeds.Select(feed => WatchAsync(feed, release, ended))).ConfigureAwait(false);
        if (found.FirstOrDefault(why => why is not null) is { } bad) return new ReleaseJudgement(ReleaseVerdict.Fail, bad);
        cancellationToken.ThrowIfCancellationRequested();

        ReleaseJudgement[] verdicts = [.. feeds.SelectMany(feed => feed.Trials).Select(trial => trial.End())];
        return verdicts.FirstOrDefault(verdict => verdict.Verdict == ReleaseVerdict.Fail)
            ?? verdicts.FirstOrDefault(verdict => verdict.Verdict == ReleaseVerdict.Inconclusive)
            ?? ReleaseJudgement.Passed;
    }

    // Returns why the canaries are bad; null at the end of the step, or where another feed has found it.
    private async Task<string?> WatchAsync(AnalysisFeed feed, ReleaseUnderTest release, CancellationTokenSource ended)
    {
        try
        {
            long started = _time.GetTimestamp(), beats = release.Duration.Ticks / release.Interval.Ticks;
            for (long beat = 0; ;)
            {
                release.Report(FormattableString.Invariant($"analysis: {beat + 1} of {beats + 1} looks"));
                if (Take(feed, await feed.Source.ReadAsync(feed.Request, ended.Token).ConfigureAwait(false)) is { } bad)
                {
                    ended.Cancel();
                    return bad;
                }

                // The next beat that is not past; those that a slow source has missed are without data.
                TimeSpan elapsed = _time.GetElapsedTime(started);
                long next = Math.Max(beat, elapsed.Ticks / release.Interval.Ticks) + 1;
                long missed = Math.Min(next, beats + 1) - beat - 1;
                foreach (RuleTrial trial in feed.Trials) trial.Skip((int)missed);
                bool over = next > beats;
                TimeSpan due = over ? release.Duration : TimeSpan.FromTicks(next * release.Interval.Ticks);
                await _time.DelayAsync(due - elapsed, ended.Token).ConfigureAwait(false);
                if (over) return null;
                beat = next;
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return null;
        }
        catch
        {
            ended.Cancel();
            throw;
        }
    }

    private static string? Take(AnalysisFeed feed, IReadOnlyList<MetricReading> readings)
    {
        var known = new Dictionary<(string Target, string Metric), MetricReading>();
        foreach (MetricReading reading in readings) known[(reading.Target.Key, reading.Metric)] = reading;
        // Each rule takes its readings, also after one has told enough: its series must not have holes.
        string?[] found = [.. feed.Trials.Select(trial => trial.Take(known))];
        return found.FirstOrDefault(why => why is not null);
    }

    private Fault? Impossible(ReleaseUnderTest release)
    {
        if (release.Canaries.Count == 0) return new Fault(ErrorId.NoInstances, "There is no canary to judge.");
        if (!release.HasFreshBaselines && _rules.FirstOrDefault(rule => rule is { MannWhitney: true, Baseline: true }) is { } strict)
            return Short(strict, "no baseline was deployed anew to compare with", "Pass -BaselineInstance, or make the rule without -Baseline.");
        return Shortfall(_rules, release.Canaries.Count, release.Baselines.Count, release.Duration, release.Interval);
    }

    private static Fault Short(AnalysisRule rule, string why, string next) => new(ErrorId.InvalidArgument, $"The analysis rule '{SafeText.Of(rule.Name, 100)}' can't judge: {why}.", next);

    private static ReleaseJudgement Inconclusive(Fault fault) => new(ReleaseVerdict.Inconclusive, fault.ToString());
}
