using AppStatus.Integration.Tests.Lab.BigIp;
using AppStatus.Lab.Application;
using AppStatus.Lab.CommandLine;
using AppStatus.Lab.Load;

namespace AppStatus.Integration.Tests.Lab.Load;

public sealed class LoadGeneratorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_requests_are_sent_answered_and_counted_by_version(bool keepAlive)
    {
        await using var server = await ApplicationServer.StartAsync(new AppOptions { Version = "2.1", Name = "one" }, TimeProvider.System, Stop);

        var result = await LoadGenerator.RunAsync(new LoadOptions { Uri = server.Uri, Rate = 400, Duration = TimeSpan.FromSeconds(0.5), KeepAlive = keepAlive }, Stop);

        result.FirstErrors.ShouldBeEmpty();
        (result.Sent, result.Ok, result.Failed).ShouldBe((200, 200, 0));
        result.Versions.ShouldBe(new Dictionary<string, long> { ["2.1"] = 200 });
        result.LatencyMs.P50.ShouldBeLessThanOrEqualTo(result.LatencyMs.P99);
        result.LatencyMs.P99.ShouldBeLessThanOrEqualTo(result.LatencyMs.Max);
    }

    [Fact]
    public async Task Requests_fail_and_are_counted_once_the_server_has_died()
    {
        await using var instance = await AppInstance.StartAsync(new AppOptions { Version = "1.0" }, Stop);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var load = LoadGenerator.Start(new LoadOptions { Uri = instance.Uri, Rate = 200, Duration = TimeSpan.FromSeconds(LoadOptions.MaxSeconds) }, ending.Token);
        await Eventually.TrueAsync(() => load.SoFar.Ok > 0, "the server answers");
        load.SoFar.Failed.ShouldBe(0);

        await instance.KillAsync(Stop);
        await Eventually.TrueAsync(() => load.SoFar.FailuresByKind.ContainsKey("ConnectionError"), "the failures are counted");
        await ending.CancelAsync();
        var result = await load.Completion;

        result.Sent.ShouldBe(result.Ok + result.Failed);
        result.FailuresByKind.Values.Sum().ShouldBe(result.Failed);
        result.FirstErrors.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_error_status_is_a_failure_of_its_own_kind()
    {
        await using var server = await ApplicationServer.StartAsync(new AppOptions { FailHealth = true }, TimeProvider.System, Stop);

        var result = await LoadGenerator.RunAsync(new LoadOptions { Uri = new Uri(server.Uri, "/health"), Rate = 100, Duration = TimeSpan.FromSeconds(0.1) }, Stop);

        result.FailuresByKind.ShouldBe(new Dictionary<string, long> { ["status 503"] = 10 });
        result.FirstErrors.Count.ShouldBe(5);
        result.FirstErrors[0].ShouldContain("unhealthy");
    }

    [Fact]
    public async Task A_stop_file_ends_the_run_and_outstanding_requests_still_count()
    {
        await using var member = await HeldMember.StartAsync("one");
        var file = Path.Combine(Path.GetTempPath(), $"appstatus-stop-{Guid.NewGuid():N}");
        var running = LoadGenerator.RunAsync(
            new LoadOptions { Uri = new Uri($"http://{member.Address}/hold"), Rate = 100, Duration = TimeSpan.FromSeconds(LoadOptions.MaxSeconds), StopFile = file }, Stop);
        await Eventually.TrueAsync(() => member.Held >= 5, "requests are outstanding");

        await File.WriteAllTextAsync(file, "", Stop);
        try
        {
            running.IsCompleted.ShouldBeFalse();
            member.Release();
            var result = await running;
            result.Failed.ShouldBe(0);
            result.Ok.ShouldBe(member.Held);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("http://192.0.2.1/", 10, 1)]
    [InlineData("http://example.com/", 10, 1)]
    [InlineData("ftp://127.0.0.1/", 10, 1)]
    [InlineData("http://127.0.0.1/", 0, 1)]
    [InlineData("http://127.0.0.1/", 5001, 1)]
    [InlineData("http://127.0.0.1/", 10, 601)]
    public async Task Other_hosts_and_loads_over_the_limit_are_refused(string uri, double rate, double seconds) =>
        await Should.ThrowAsync<UsageException>(() => LoadGenerator.RunAsync(new LoadOptions { Uri = new Uri(uri), Rate = rate, Duration = TimeSpan.FromSeconds(seconds) }, Stop));

    [Fact]
    public void A_path_mix_is_spread_evenly_and_keeps_equals_signs_of_queries()
    {
        var mix = PathMix.Parse("/=3, /slow?ms=1500=1");

        Enumerable.Range(0, 8).Select(request => mix[request]).ShouldBe(["/", "/", "/slow?ms=1500", "/", "/", "/", "/slow?ms=1500", "/"]);
        Should.Throw<UsageException>(() => PathMix.Parse("/slow"));
        Should.Throw<UsageException>(() => PathMix.Parse("/=0"));
    }

    [Fact]
    public void Percentiles_are_nearest_rank()
    {
        LatencySummary.Of(Enumerable.Range(1, 200).Select(number => (double)number)).ShouldBe(new LatencySummary(100, 198, 200));
        LatencySummary.Of([]).ShouldBe(new LatencySummary(0, 0, 0));
        LatencySummary.Of([7]).ShouldBe(new LatencySummary(7, 7, 7));
    }
}
