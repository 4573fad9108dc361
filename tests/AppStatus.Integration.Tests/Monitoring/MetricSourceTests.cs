using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Metrics.Containers;
using AppStatus.Core.Monitoring.Metrics.Expressions;
using AppStatus.Core.Status;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.Application;
using AppStatus.Lab.Hosting;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Integration.Tests.Monitoring;

/// <summary>The sources against what they read: a real exporter, a real Prometheus, the lab's application, and endpoints that misbehave.</summary>
public sealed class MetricSourceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_exporter_tells_what_this_machine_tells_of_itself()
    {
        await using MonitoringProgram exporter = await MonitoringProgram.StartNodeExporterAsync();

        Dictionary<string, double> scraped = await ReadAsync(exporter.Port), local = await ReadAsync(80, new() { Source = MetricSourceKind.Local });

        scraped.Keys.ShouldBe(["cpu_percent", "memory_percent", "disk_percent"], ignoreOrder: true);
        scraped["cpu_percent"].ShouldBeInRange(0, 100);
        scraped["memory_percent"].ShouldBe(local["memory_percent"], 5);
        scraped["disk_percent"].ShouldBe(local["disk_percent"], 5);
    }

    [Fact]
    public async Task The_labs_application_counts_its_failed_requests()
    {
        await using ApplicationServer application = await ApplicationServer.StartAsync(new AppOptions { ErrorPercent = 25, FailHealth = true }, TimeProvider.System, Stop);
        using var source = MetricSources.Create(new(), 4, TimeProvider.System);
        MetricRequest request = Request(application.Uri.Port, new(), "error_percent", "request_rate", "process_cpu_percent", "process_memory_bytes");
        using var client = new HttpClient { BaseAddress = application.Uri };
        await client.GetAsync("/version", Stop);
        (await source.ReadAsync(request, Stop))[0].WarmingUp.ShouldBeTrue();
        for (int i = 0; i < 40; i++)
        {
            await client.GetAsync("/", Stop);
            // Probes fail, too, and are nobody's request.
            await client.GetAsync("/health", Stop);
        }

        IReadOnlyList<MetricReading> readings = await source.ReadAsync(request, Stop);

        readings[0].Sample.ShouldNotBeNull().Value.ShouldBe(25);
        readings[1].Sample.ShouldNotBeNull().Value.ShouldBeGreaterThan(0);
        readings[2].Sample.ShouldNotBeNull().Value.ShouldBeGreaterThan(0);
        readings[3].Sample.ShouldNotBeNull().Value.ShouldBeGreaterThan(1e6);
    }

    [Fact]
    public async Task A_prometheus_server_answers_for_each_instance_and_says_what_is_wrong_with_a_query()
    {
        await using MonitoringProgram exporter = await MonitoringProgram.StartNodeExporterAsync();
        int nobody = LoopbackPorts.Free(1)[0];
        await using MonitoringProgram server = await MonitoringProgram.StartPrometheusAsync($"127.0.0.1:{exporter.Port}", $"127.0.0.1:{nobody}");
        MetricSourceOptions options = new() { Source = MetricSourceKind.PromQL, Uri = new Uri($"http://127.0.0.1:{server.Port}"), Query = "up" };
        using IMetricSource source = MetricSources.Create(options, 4, TimeProvider.System);
        MetricTarget[] targets = [Target(exporter.Port, options), Target(nobody, options), Target(1, options) with { Address = "elsewhere" }];
        var request = new MetricRequest(targets, [MetricExpression.Named("up")], TimeSpan.FromSeconds(10));

        IReadOnlyList<MetricReading> readings = await Eventually.GetAsync(() => source.ReadAsync(request, Stop), all => all.Count(reading => reading.Sample is not null) == 2, "both targets to be scraped");

        readings.Select(reading => reading.Sample?.Value).ShouldBe([1, 0, null]);
        readings[2].Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.NoData);
        (await FaultAsync(1, options with { Query = "up{" })).Id.ShouldBe(ErrorId.QueryRefused);
        (await FaultAsync(1, options with { Query = "up[5m]" })).Id.ShouldBe(ErrorId.QueryRefused);
        (await FaultAsync(1, options with { Uri = new Uri($"http://127.0.0.1:{exporter.Port}") })).Id.ShouldBe(ErrorId.InvalidResponse);
    }

    [Theory]
    [InlineData("garbage", ErrorId.InvalidResponse)]
    [InlineData("html", ErrorId.InvalidResponse)]
    [InlineData("nan", ErrorId.NoData)]
    [InlineData("inf", ErrorId.NoData)]
    [InlineData("empty", ErrorId.MetricNotFound)]
    [InlineData("slow", ErrorId.TimedOut)]
    [InlineData("endless", ErrorId.TimedOut)]
    [InlineData("huge", ErrorId.InvalidResponse)]
    [InlineData("cut", ErrorId.ConnectionClosed)]
    [InlineData("moved", ErrorId.RedirectRefused)]
    [InlineData("401", ErrorId.AuthenticationFailed)]
    [InlineData("403", ErrorId.AccessDenied)]
    [InlineData("404", ErrorId.MetricsEndpointNotFound)]
    [InlineData("500", ErrorId.HttpError)]
    public async Task An_endpoint_that_misbehaves_is_no_data_with_the_reason(string how, ErrorId id)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(0, static _ => { }, context => MisbehaveAsync(context, how), Stop);

        Fault fault = await FaultAsync(server.Uri.Port, new() { TimeoutSec = 1 });

        fault.Id.ShouldBe(id);
        fault.ToString().ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task An_instance_that_is_down_is_no_data_and_the_others_are_read()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(0, static _ => { }, static context => context.Response.WriteAsync("x 5\n"), Stop);
        using IMetricSource source = MetricSources.Create(new(), 4, TimeProvider.System);
        var request = new MetricRequest([Target(LoopbackPorts.Free(1)[0], new()), Target(server.Uri.Port, new())], [MetricExpression.Parse("x")], TimeSpan.FromSeconds(5));

        IReadOnlyList<MetricReading> readings = await source.ReadAsync(request, Stop);

        readings[0].Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.Unreachable);
        readings[1].Sample.ShouldNotBeNull().Value.ShouldBe(5);
    }

    [Fact]
    public async Task A_password_goes_along_as_basic_authentication()
    {
        string? sent = null;
        await using LoopbackServer server = await LoopbackServer.StartAsync(0, static _ => { }, context => { sent = context.Request.Headers.Authorization; return context.Response.WriteAsync("x 5\n"); }, Stop);

        await ReadAsync(server.Uri.Port, new() { Credential = new("u", "p") }, "x");

        sent.ShouldBe("Basic dTpw");
    }

    [Theory]
    [InlineData("echo '{\"Name\":\"app1\",\"CPUPerc\":\"12.50%\",\"MemPerc\":\"3.00%\"}'", 12.5, null)]
    [InlineData("echo '{\"Name\":\"other\",\"CPUPerc\":\"1%\"}'", null, ErrorId.NoData)]
    [InlineData("echo no daemon >&2; exit 1", null, ErrorId.NoData)]
    [InlineData("echo CONTAINER ID", null, ErrorId.InvalidResponse)]
    [InlineData("exec sleep 600", null, ErrorId.TimedOut)]
    public async Task Containers_are_read_by_the_program_on_the_path(string script, double? value, ErrorId? id)
    {
        if (OperatingSystem.IsWindows()) Requirement.Missing("The program of this test is a shell script.");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("appstatus-docker-");
        string program = Path.Combine(folder.FullName, "docker");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n[ \"$*\" = 'stats --no-stream --format {{{{json .}}}}' ] || exit 9\n{script}\n", Stop);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var source = new ContainerSource(folder.FullName, TimeProvider.System);

        MetricReading reading = (await source.ReadAsync(
            new MetricRequest([new MetricTarget("app1", "app1", null) { Container = "app1" }], [MetricExpression.Named("cpu_percent")], TimeSpan.FromSeconds(id == ErrorId.TimedOut ? 1 : 20)), Stop)).ShouldHaveSingleItem();

        (reading.Sample?.Value, reading.Fault?.Id).ShouldBe((value, id));
        folder.Delete(recursive: true);
    }

    private static async Task MisbehaveAsync(HttpContext context, string how)
    {
        switch (how)
        {
            case "garbage": await context.Response.WriteAsync("cpu is \u001b[31mfine ##vso[task.complete]\n"); break;
            case "html": await context.Response.WriteAsync("<html>Sign in</html>"); break;
            case "nan": await context.Response.WriteAsync("x NaN\n"); break;
            case "inf": await context.Response.WriteAsync("x +Inf\n"); break;
            case "empty": break;
            case "slow": await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); break;
            case "endless":
                await context.Response.WriteAsync("x 1\n");
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "huge": context.Response.ContentLength = 1L << 30; await context.Response.Body.FlushAsync(); break;
            case "cut":
                context.Response.ContentLength = 100;
                await context.Response.WriteAsync("x 1\n");
                await context.Response.Body.FlushAsync();
                context.Abort();
                break;
            case "moved": context.Response.Redirect("http://elsewhere.example/metrics"); break;
            default: context.Response.StatusCode = int.Parse(how, System.Globalization.CultureInfo.InvariantCulture); break;
        }
    }

    private static async Task<Dictionary<string, double>> ReadAsync(int port, MetricSourceOptions? options = null, params string[] metrics)
    {
        options ??= new();
        using var reader = new MetricReader(options, metrics.Length == 0 ? null : metrics, TimeSpan.FromMilliseconds(300), 4);
        IReadOnlyList<MetricReading> readings = await reader.ReadAsync([Target(port, options)], Stop);
        readings.ShouldAllBe(reading => reading.Fault == null);
        return readings.ToDictionary(reading => reading.Metric, reading => reading.Sample!.Value);
    }

    private static async Task<Fault> FaultAsync(int port, MetricSourceOptions options)
    {
        using var reader = new MetricReader(options, ["x"], TimeSpan.FromMilliseconds(100), 4);
        return (await reader.ReadAsync([Target(port, options)], Stop)).ShouldHaveSingleItem().Fault.ShouldNotBeNull();
    }

    private static MetricRequest Request(int port, MetricSourceOptions options, params string[] metrics) =>
        new([Target(port, options)], [.. metrics.Select(MetricExpression.Parse)], TimeSpan.FromSeconds(10));

    private static MetricTarget Target(int port, MetricSourceOptions options) => MetricTargets.Of(new StatusTargetSource($"127.0.0.1:{port}", "127.0.0.1", port) { Typed = true }, options);
}
