using AppStatus.Core.Deployments;
using AppStatus.Core.Verification;
using AppStatus.Core.Verification.Analysis;
using AppStatus.Lab.Application;

namespace AppStatus.Integration.Tests.Verification;

/// <summary>The judge on the metrics of applications that run, under load, a quarter of the canary's requests failing.</summary>
public sealed class ReleaseJudgeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_release_that_fails_requests_is_bad_by_its_threshold()
    {
        ReleaseJudgement judgement = await JudgeAsync(new() { Name = "errors", Metric = "error_percent", GreaterThan = 5 }, canaryFails: true);

        judgement.Verdict.ShouldBe(ReleaseVerdict.Fail);
        judgement.Why.ShouldStartWith("canary: error_percent is ");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_that_fails_more_than_the_baseline_is_bad_and_one_that_fails_less_is_not(bool canaryFails)
    {
        var rule = new AnalysisRule { Name = "errors", Metric = "error_percent", MannWhitney = true, Direction = AnalysisDirection.Increase, MinSamples = 5 };

        ReleaseJudgement judgement = await JudgeAsync(rule, canaryFails);

        judgement.Verdict.ShouldBe(canaryFails ? ReleaseVerdict.Fail : ReleaseVerdict.Pass, judgement.Why);
    }

    private static async Task<ReleaseJudgement> JudgeAsync(AnalysisRule rule, bool canaryFails)
    {
        await using ApplicationServer bad = await ApplicationServer.StartAsync(new AppOptions { ErrorPercent = 25 }, TimeProvider.System, Stop);
        await using ApplicationServer good = await ApplicationServer.StartAsync(new AppOptions(), TimeProvider.System, Stop);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task[] load = [LoadAsync(bad.Uri, enough.Token), LoadAsync(good.Uri, enough.Token)];
        try
        {
            var release = new ReleaseUnderTest(
                [Named("canary", canaryFails ? bad.Uri : good.Uri)], [Named("baseline", canaryFails ? good.Uri : bad.Uri)],
                TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(0.5), static _ => { });
            return await ReleaseJudge.Create([rule], parallel: 4).JudgeAsync(release, Stop);
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAll(load);
        }
    }

    private static async Task LoadAsync(Uri application, CancellationToken enough)
    {
        using var client = new HttpClient { BaseAddress = application };
        try
        {
            while (true) using (await client.GetAsync("/", enough)) { }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
        }
    }

    private static Instance Named(string name, Uri uri) => new() { Name = name, Address = uri.Host, Port = uri.Port, Uri = uri };
}
