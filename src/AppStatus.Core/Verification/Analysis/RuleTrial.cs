using System.Globalization;
using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Verification.Analysis;

/// <summary>One rule during one judgement: takes each interval's readings, and says when it has seen enough.</summary>
internal sealed class RuleTrial
{
    /// <summary>
    /// The comparison at the end may err as often as the rule allows. Looks before it get a twentieth each (0.001 at 0.98: Haybittle and Peto's
    /// bound), so that many looks hardly add to that.
    /// </summary>
    private const double EarlyShare = 0.05;

    /// <summary>From one early look to the next there is a tenth more to see.</summary>
    private const double GrowthBetweenLooks = 1.1;

    private readonly AnalysisRule _rule;
    private readonly IReadOnlyList<MetricSeries> _canaries;
    private readonly IReadOnlyList<MetricSeries> _baselines;
    private readonly Dictionary<MetricSeries, int> _bad = [];
    private int _seen;

    public RuleTrial(AnalysisRule rule, IEnumerable<MetricTarget> canaries, IEnumerable<MetricTarget> baselines)
    {
        _rule = rule;
        _canaries = [.. canaries.Select(target => new MetricSeries(target))];
        _baselines = rule.MannWhitney ? [.. baselines.Select(target => new MetricSeries(target))] : [];
    }

    /// <summary>Intervals without a reading.</summary>
    public void Skip(int count)
    {
        foreach (MetricSeries series in _canaries.Concat(_baselines)) series.Skip(count);
    }

    /// <summary>One interval's readings, of other metrics among them.</summary>
    /// <returns>Why the canaries are bad; null where this does not tell it.</returns>
    public string? Take(IReadOnlyDictionary<(string Target, string Metric), MetricReading> readings)
    {
        foreach (MetricSeries series in _canaries.Concat(_baselines))
        {
            if (readings.TryGetValue((series.Target.Key, _rule.Metric.Trim()), out MetricReading? reading)) series.Take(reading);
            else series.Skip(1);
        }

        return PastThreshold() ?? EarlyLook();
    }

    /// <summary>The verdict at the end of the step.</summary>
    public ReleaseJudgement End()
    {
        if (TooLittle() is { } why) return Inconclusive(why);
        if (!_rule.MannWhitney) return ReleaseJudgement.Passed;
        ShiftFinding finding = Compare(1 - _rule.Confidence);
        if (finding.IsBad) return new ReleaseJudgement(ReleaseVerdict.Fail, Describe(finding, 1 - _rule.Confidence));
        return finding.EffectiveSamples < AnalysisRule.FewestSamples
            ? Inconclusive(FormattableString.Invariant($"its values resemble their neighbours so much that they tell as little as {finding.EffectiveSamples:0.#} independent ones. Pass a longer -IntervalSec and -StepSec"))
            : ReleaseJudgement.Passed;
    }

    private string? PastThreshold()
    {
        foreach (MetricSeries canary in _canaries)
        {
            if (canary.Latest is not { } sample) continue;
            string? side = sample.Value > _rule.GreaterThan ? "above " + Show(_rule.GreaterThan.Value, sample.Unit)
                : sample.Value < _rule.LessThan ? "below " + Show(_rule.LessThan.Value, sample.Unit) : null;
            if (side is null)
            {
                if (_rule.Consecutive) _bad[canary] = 0;
                continue;
            }

            _bad.TryGetValue(canary, out int before);
            int bad = _bad[canary] = before + 1;
            if (bad <= _rule.FailureLimit) continue;
            string times = bad == 1 ? "" : FormattableString.Invariant($", in {bad} intervals{(_rule.Consecutive ? " in a row" : "")} ({_rule.FailureLimit} tolerated)");
            return Safe($"{canary.Target.Name}: {_rule.Metric} is {Show(sample.Value, sample.Unit)}, {side}{times} (rule '{_rule.Name}').");
        }

        return null;
    }

    private string? EarlyLook()
    {
        int values = Count(_canaries) + Count(_baselines);
        if (!_rule.MannWhitney || values < _seen * GrowthBetweenLooks || TooLittle() is not null) return null;
        _seen = values;
        double allowed = EarlyShare * (1 - _rule.Confidence);
        ShiftFinding finding = Compare(allowed);
        return finding.IsBad ? Describe(finding, allowed) : null;
    }

    private ShiftFinding Compare(double allowed) =>
        ShiftTest.Judge([.. _canaries.Select(series => series.Values)], [.. _baselines.Select(series => series.Values)], _rule, allowed);

    // Each canary gets the release's traffic, so each must be seen; of the baselines it is enough to know how they are together.
    private string? TooLittle()
    {
        if (_canaries.FirstOrDefault(series => series.IsMostlyMissing) is { } silent)
            return FormattableString.Invariant($"{silent.Target.Name} gave {silent.Values.Count} of {silent.Values.Count + silent.Missing} values. {silent.Reason}").TrimEnd(' ', '.');
        if (!_rule.MannWhitney) return null;
        int missing = _baselines.Sum(series => series.Missing), known = Count(_baselines);
        if (MetricSeries.IsMostly(missing, known))
            return FormattableString.Invariant($"the baselines gave {known} of {known + missing} values. {_baselines.Select(series => series.Reason).FirstOrDefault(reason => reason.Length > 0)}").TrimEnd(' ', '.');
        return Count(_canaries) < _rule.MinSamples || known < _rule.MinSamples
            ? FormattableString.Invariant($"there are {Count(_canaries)} values of the canaries and {known} of the baselines, and each side needs {_rule.MinSamples}. Pass a longer -StepSec or a shorter -IntervalSec")
            : null;
    }

    private string Describe(ShiftFinding finding, double allowed)
    {
        string unit = _canaries.Concat(_baselines).Select(series => series.Latest?.Unit).FirstOrDefault(known => known is not null) ?? "";
        string side = finding.Shift > 0 ? "above" : "below";
        return Safe(FormattableString.Invariant(
            $"{_rule.Metric} of {string.Join(", ", _canaries.Select(series => series.Target.Name))} is {Show(Math.Abs(finding.Shift), unit)} {side} the baseline's ({Count(_canaries)} values against {Count(_baselines)}, p = {finding.PValue:0.######}, bad from {allowed:0.######}; rule '{_rule.Name}')."));
    }

    private ReleaseJudgement Inconclusive(string why) => new(ReleaseVerdict.Inconclusive, Safe($"The rule '{_rule.Name}' can't judge {_rule.Metric}: {why}."));

    private static int Count(IReadOnlyList<MetricSeries> side) => side.Sum(series => series.Values.Count);

    private static string Show(double value, string unit) => $"{value.ToString("0.####", CultureInfo.InvariantCulture)} {unit}".TrimEnd();

    private static string Safe(string text) => SafeText.Condensed(text, 1000);
}
