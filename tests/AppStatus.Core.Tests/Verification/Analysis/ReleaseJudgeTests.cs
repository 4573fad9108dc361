using AppStatus.Core.Deployments;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Verification;
using AppStatus.Core.Verification.Analysis;

namespace AppStatus.Core.Tests.Verification.Analysis;

public sealed class ReleaseJudgeTests
{
    private static readonly AnalysisRule Threshold = new() { Name = "limit", Metric = "x", GreaterThan = 50 };
    private static readonly AnalysisRule Comparison = new() { Name = "unlike", Metric = "x", MannWhitney = true };
    private static readonly ReleaseUnderTest Release = new([Named("canary")], [Named("old1"), Named("old2")], TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5), static _ => { });

    private readonly ManualTimeProvider _time = new();
    private readonly List<SyntheticSource> _sources = [];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 15)]
    [InlineData(12, 60)]
    public async Task A_canary_past_a_threshold_fails_at_the_very_next_look(int badFrom, int failsAtSec)
    {
        ReleaseJudgement judgement = await JudgeAsync(Threshold, (name, look) => name == "canary" && look >= badFrom ? 51 : 50);

        judgement.Verdict.ShouldBe(ReleaseVerdict.Fail);
        judgement.Why.ShouldBe("canary: x is 51 s, above 50 s (rule 'limit').");
        _time.Elapsed.TotalSeconds.ShouldBe(failsAtSec);
    }

    [Fact]
    public async Task At_the_threshold_is_not_past_it_and_baselines_have_none()
    {
        (await JudgeAsync(Threshold, (name, _) => name == "canary" ? 50 : 1000)).ShouldBe(ReleaseJudgement.Passed);
        _time.Elapsed.ShouldBe(Release.Duration);
        // What only has thresholds does not even ask for them.
        _sources[0].Requests.ShouldAllBe(request => request.Targets.Count == 1);
    }

    [Fact]
    public async Task A_threshold_can_be_a_least_value()
    {
        ReleaseJudgement judgement = await JudgeAsync(Threshold with { GreaterThan = null, LessThan = 5 }, (_, look) => look == 2 ? 4.5 : 5);

        judgement.Why.ShouldBe("canary: x is 4.5 s, below 5 s (rule 'limit').");
    }

    [Theory]
    [InlineData(2, false, 20)]
    [InlineData(3, false, 30)]
    [InlineData(2, true, 55)]
    public async Task So_many_bad_intervals_are_tolerated(int limit, bool consecutive, int failsAtSec)
    {
        // Bad at looks 0, 2, 4, 6, then 8, 9, 10: without data in between, which is no good interval.
        ReleaseJudgement judgement = await JudgeAsync(
            Threshold with { FailureLimit = limit, Consecutive = consecutive }, (_, look) => look == 9 ? null : look is 0 or 2 or 4 or 6 or 8 or 10 or 11 ? 99 : 1, looks: 11);

        judgement.Verdict.ShouldBe(ReleaseVerdict.Fail);
        judgement.Why.ShouldContain($"({limit} tolerated)");
        _time.Elapsed.TotalSeconds.ShouldBe(failsAtSec);
    }

    [Fact]
    public async Task Each_canary_has_its_own_limit()
    {
        var two = Release with { Canaries = [Named("canary"), Named("other")] };

        (await JudgeAsync(Threshold with { FailureLimit = 1 }, (name, look) => (name == "canary" && look == 2) || (name == "other" && look == 3) ? 99 : 1, two)).ShouldBe(ReleaseJudgement.Passed);
    }

    [Fact]
    public async Task A_step_that_is_tried_again_judges_what_its_canaries_do_then()
    {
        // The canary is bad and the stable instances are fine, both times; then the other way round.
        static double? BadCanary(string name, int look) => (name == "canary" ? 30 : 10) + (look * 7 % 5) + (look * 0.01);
        static double? BadBaseline(string name, int look) => (name == "canary" ? 10 : 30) + (look * 7 % 5) + (look * 0.01);
        Func<string, int, double?> world = BadCanary;
        ReleaseJudge judge = Judge([Comparison with { Direction = AnalysisDirection.Increase }], (name, look) => world(name, look));

        (await RunAsync(judge, Release)).Verdict.ShouldBe(ReleaseVerdict.Fail);
        ReleaseJudgement again = await RunAsync(judge, Release);
        again.Verdict.ShouldBe(ReleaseVerdict.Fail);
        again.Why.ShouldContain("x of canary is 20 s above the baseline's");
        world = BadBaseline;
        (await RunAsync(judge, Release)).Verdict.ShouldBe(ReleaseVerdict.Pass);
        _sources.Count.ShouldBe(3);
        _sources.ShouldAllBe(source => source.Disposed);
    }

    [Fact]
    public async Task A_canary_is_no_baseline_of_itself()
    {
        var both = Release with { Baselines = [Named("canary"), Named("old1")] };

        (await JudgeAsync(Comparison, (name, look) => (name == "canary" ? 30 : 10) + (look * 7 % 5), both)).Verdict.ShouldBe(ReleaseVerdict.Fail);
    }

    [Fact]
    public async Task What_is_far_off_is_found_before_the_end()
    {
        ReleaseJudgement judgement = await JudgeAsync(Comparison, (name, look) => (name == "canary" ? 300 : 10) + (look * 7 % 5) + (name == "old1" ? 0.1 : 0), looks: 40);

        judgement.Verdict.ShouldBe(ReleaseVerdict.Fail);
        // The canary's eighth value; the two baselines have sixteen by then.
        _time.Elapsed.TotalSeconds.ShouldBe(35);
        judgement.Why.ShouldContain("8 values against 16");
        judgement.Why.ShouldContain("bad from 0.001");
    }

    [Fact]
    public async Task What_is_only_probable_is_left_to_the_end()
    {
        // 8 against 8 values, nearly apart: rare enough for the end, and not for an early look.
        double[] canary = [11, 14, 17, 6.5, 15, 18, 9.5, 7], baseline = [3, 8, 5, 10, 1, 6, 9, 4];
        var one = Release with { Baselines = [Named("old1")], Duration = TimeSpan.FromSeconds(35) };

        ReleaseJudgement judgement = await JudgeAsync(Comparison with { Tolerance = 0 }, (name, look) => name == "canary" ? canary[look] : baseline[look], one);

        judgement.Verdict.ShouldBe(ReleaseVerdict.Fail);
        judgement.Why.ShouldContain("bad from 0.02");
        (await JudgeAsync(Comparison with { Tolerance = 0, Confidence = 0.9999 }, (name, look) => name == "canary" ? canary[look] : baseline[look], one)).ShouldBe(ReleaseJudgement.Passed);
    }

    [Fact]
    public async Task Too_slow_a_metric_can_not_be_judged()
    {
        ReleaseJudgement judgement = await JudgeAsync(Comparison, (_, look) => Math.Sin(look / 8.0), Release with { Baselines = [Named("old1")] });

        judgement.Verdict.ShouldBe(ReleaseVerdict.Inconclusive);
        judgement.Why.ShouldContain("resemble their neighbours");
    }

    [Fact]
    public async Task The_first_rule_that_finds_the_canary_bad_ends_all()
    {
        var slow = new MetricSourceOptions { MetricsPath = "/slow" };
        var judge = new ReleaseJudge(
            [Threshold with { Name = "slow", Source = slow }, Threshold],
            options => Source(new SyntheticSource(_time, (_, look) => look == 1 ? 99 : 1) { Takes = _ => options == slow ? TimeSpan.FromSeconds(4.5) : TimeSpan.Zero }),
            _time);

        ReleaseJudgement judgement = await RunAsync(judge, Release);

        judgement.Why.ShouldContain("rule 'limit'");
        _time.Elapsed.TotalSeconds.ShouldBe(5);
        _time.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task It_ends_by_its_token_and_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        Task<ReleaseJudgement> judging = Judge([Threshold], static (_, _) => 1).JudgeAsync(Release, stop.Token);
        _time.Advance(TimeSpan.FromSeconds(12));

        stop.Cancel();

        await Should.ThrowAsync<OperationCanceledException>(judging);
        _time.Waiting.ShouldBe(0);
        _sources[0].Disposed.ShouldBeTrue();
    }

    [Fact]
    public void A_rule_that_can_not_be_used_is_refused_at_once()
    {
        Should.Throw<AppStatusException>(() => Judge([Comparison with { MinSamples = 4 }], static (_, _) => 1)).Fault.Message.ShouldContain("fewer than 5");
        Should.Throw<AppStatusException>(() => Judge([Threshold, Threshold], static (_, _) => 1)).Fault.Message.ShouldContain("Two analysis rules");
        Should.Throw<AppStatusException>(() => Judge([Threshold with { Metric = "x{" }], static (_, _) => 1)).Fault.Id.ShouldBe(ErrorId.InvalidArgument);
    }

    [Fact]
    public async Task It_says_how_far_it_is()
    {
        var said = new List<string>();

        await JudgeAsync(Threshold, static (_, _) => 1, Release with { Duration = TimeSpan.FromSeconds(10), Report = said.Add });

        said.ShouldBe(["analysis: 1 of 3 looks", "analysis: 2 of 3 looks", "analysis: 3 of 3 looks"]);
    }

    private static Instance Named(string name) => new() { Name = name, Address = name, Port = 80, Uri = new Uri($"http://{name}:80/") };

    private ReleaseJudge Judge(IReadOnlyList<AnalysisRule> rules, Func<string, int, double?> value) => new(rules, _ => Source(new SyntheticSource(_time, value)), _time);

    private SyntheticSource Source(SyntheticSource source)
    {
        _sources.Add(source);
        return source;
    }

    private Task<ReleaseJudgement> JudgeAsync(AnalysisRule rule, Func<string, int, double?> value, int looks) =>
        JudgeAsync(rule, value, Release with { Duration = TimeSpan.FromSeconds(5 * looks) });

    private Task<ReleaseJudgement> JudgeAsync(AnalysisRule rule, Func<string, int, double?> value, ReleaseUnderTest? release = null) =>
        RunAsync(Judge([rule], value), release ?? Release);

    private Task<ReleaseJudgement> RunAsync(ReleaseJudge judge, ReleaseUnderTest release) =>
        _time.RunAsync(judge.JudgeAsync(release, CancellationToken.None), TimeSpan.FromHours(1));
}
