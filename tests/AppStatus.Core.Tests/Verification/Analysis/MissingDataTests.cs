using AppStatus.Core.Deployments;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Verification;
using AppStatus.Core.Verification.Analysis;

namespace AppStatus.Core.Tests.Verification.Analysis;

/// <summary>No data is never a good sign.</summary>
public sealed class MissingDataTests
{
    private static readonly AnalysisRule Threshold = new() { Name = "limit", Metric = "x", GreaterThan = 50 };
    private static readonly AnalysisRule Comparison = new() { Name = "unlike", Metric = "x", MannWhitney = true };

    // 20 looks.
    private static readonly ReleaseUnderTest Release = new([Named("canary")], [Named("old")], TimeSpan.FromSeconds(95), TimeSpan.FromSeconds(5), static _ => { });

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(10, false)]
    [InlineData(9, true)]
    public async Task More_than_half_of_the_values_must_be_there(int missing, bool passes)
    {
        ReleaseVerdict verdict = passes ? ReleaseVerdict.Pass : ReleaseVerdict.Inconclusive;
        (await JudgeAsync(Threshold, (_, look) => look < missing ? null : 1)).Verdict.ShouldBe(verdict);
        (await JudgeAsync(Comparison, (name, look) => name == "canary" && look < missing ? null : look * 7 % 5)).Verdict.ShouldBe(verdict);
        (await JudgeAsync(Comparison, (name, look) => name == "old" && look < missing ? null : look * 7 % 5)).Verdict.ShouldBe(verdict);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public async Task What_is_no_number_is_missing(double value)
    {
        ReleaseJudgement judgement = await JudgeAsync(Threshold, (_, _) => value);

        judgement.Verdict.ShouldBe(ReleaseVerdict.Inconclusive);
        judgement.Why.ShouldContain("canary gave 0 of 20 values");
    }

    [Fact]
    public async Task One_silent_canary_of_many_can_not_be_judged()
    {
        var three = Release with { Canaries = [Named("a"), Named("b"), Named("c")] };

        ReleaseJudgement judgement = await JudgeAsync(Comparison, (name, look) => name == "b" ? null : look * 7 % 5, three);

        judgement.Why.ShouldContain("b gave 0 of 20 values");
    }

    [Fact]
    public async Task A_silent_baseline_of_many_is_made_up_for()
    {
        var three = Release with { Baselines = [Named("a"), Named("b"), Named("c")] };

        (await JudgeAsync(Comparison, (name, look) => name == "b" ? null : look * 7 % 5, three)).Verdict.ShouldBe(ReleaseVerdict.Pass);
    }

    [Fact]
    public async Task Too_few_values_are_never_compared_early_or_late()
    {
        // 9 of 20 missing, and 12 wanted: only 11 come.
        ReleaseJudgement judgement = await JudgeAsync(Comparison with { MinSamples = 12 }, (name, look) => look < 9 ? null : (name == "canary" ? 100 : 0) + (look * 7 % 5));

        judgement.Verdict.ShouldBe(ReleaseVerdict.Inconclusive);
        judgement.Why.ShouldContain("there are 11 values of the canaries and 11 of the baselines, and each side needs 12");
    }

    [Fact]
    public async Task Half_missing_is_no_ground_to_fail_a_canary_either()
    {
        var twice = Release with { Duration = TimeSpan.FromSeconds(195) };

        ReleaseJudgement judgement = await JudgeAsync(Comparison, (name, look) => look % 2 == 0 ? null : (name == "canary" ? 100 : 0) + (look * 7 % 5), twice);

        judgement.Verdict.ShouldBe(ReleaseVerdict.Inconclusive);
    }

    [Fact]
    public async Task A_rates_first_look_is_nobodys_fault()
    {
        // 9 missing of 19, and the first one that can't be there: it would be the tenth of twenty.
        (await RunAsync([Threshold], _ => new SyntheticSource(_time, (_, look) => look < 10 ? null : 1) { WarmsUp = true })).Verdict.ShouldBe(ReleaseVerdict.Pass);
    }

    [Fact]
    public async Task A_source_that_hangs_is_missing_and_holds_nobody_up()
    {
        var hanging = new MetricSourceOptions { MetricsPath = "/hangs" };
        AnalysisRule[] rules = [Threshold with { Name = "hangs", Source = hanging }, Threshold];

        ReleaseJudgement judgement = await RunAsync(rules, options => new SyntheticSource(_time, static (_, _) => 1) { Takes = _ => options == hanging ? TimeSpan.FromDays(1) : TimeSpan.Zero });

        judgement.Verdict.ShouldBe(ReleaseVerdict.Inconclusive);
        judgement.Why.ShouldContain("The rule 'hangs' can't judge x: canary gave 0 of 20 values");
        _time.Elapsed.ShouldBeLessThanOrEqualTo(Release.Duration + Release.Interval + TimeSpan.FromSeconds(0.5));
    }

    [Fact]
    public async Task Looks_that_a_slow_source_missed_are_missing()
    {
        // Each look takes two intervals but for the deadline of one and its grace.
        ReleaseJudgement judgement = await RunAsync([Threshold with { Source = new MetricSourceOptions { TimeoutSec = 60 } }], _ => new SyntheticSource(_time, static (_, _) => 1) { Takes = static _ => TimeSpan.FromSeconds(5.2) });

        judgement.Verdict.ShouldBe(ReleaseVerdict.Inconclusive);
        judgement.Why.ShouldContain("canary gave 10 of 20 values");
    }

    [Fact]
    public async Task A_look_must_be_over_before_the_next_one_is_due()
    {
        var source = new SyntheticSource(_time, static (_, _) => 1);

        await RunAsync([Threshold with { Source = new MetricSourceOptions { TimeoutSec = 60 } }], _ => source);

        source.Requests.ShouldAllBe(request => request.Deadline == Release.Interval);
    }

    [Fact]
    public async Task What_can_never_be_judged_is_said_at_once()
    {
        ReleaseJudgement none = await JudgeAsync(Comparison, (_, _) => 1, Release with { Baselines = [] });
        ReleaseJudgement few = await JudgeAsync(Comparison, (_, _) => 1, Release with { Duration = TimeSpan.FromSeconds(30) });
        ReleaseJudgement nobody = await JudgeAsync(Threshold, (_, _) => 1, Release with { Canaries = [] });
        ReleaseJudgement stale = await JudgeAsync(Comparison with { Baseline = true }, (_, _) => 1);

        none.Why.ShouldContain("-BaselineInstance");
        few.Why.ShouldContain("a step of 30 s gives 7 values a side, and it needs 8. Pass -StepSec 40 or more");
        nobody.Why.ShouldBe("There is no canary to judge.");
        stale.Why.ShouldContain("no baseline was deployed anew");
        new[] { none, few, nobody, stale }.ShouldAllBe(judgement => judgement.Verdict == ReleaseVerdict.Inconclusive);
        _time.Elapsed.ShouldBe(TimeSpan.Zero);
        (await JudgeAsync(Comparison with { Baseline = true }, (_, look) => look * 7 % 5, Release with { HasFreshBaselines = true })).Verdict.ShouldBe(ReleaseVerdict.Pass);
    }

    [Fact]
    public async Task A_source_that_can_not_be_made_is_no_pass()
    {
        ReleaseJudgement judgement = await RunAsync([Threshold], _ => throw new AppStatusException(ErrorId.NotSupported, "There is no such thing here."));

        judgement.ShouldBe(new ReleaseJudgement(ReleaseVerdict.Inconclusive, "There is no such thing here."));
    }

    private static Instance Named(string name) => new() { Name = name, Address = name, Port = 80, Uri = new Uri($"http://{name}:80/") };

    private Task<ReleaseJudgement> JudgeAsync(AnalysisRule rule, Func<string, int, double?> value, ReleaseUnderTest? release = null) =>
        RunAsync([rule], _ => new SyntheticSource(_time, value), release);

    private Task<ReleaseJudgement> RunAsync(IReadOnlyList<AnalysisRule> rules, Func<MetricSourceOptions, IMetricSource> factory, ReleaseUnderTest? release = null) =>
        _time.RunAsync(new ReleaseJudge(rules, factory, _time).JudgeAsync(release ?? Release, CancellationToken.None), TimeSpan.FromHours(1));
}
