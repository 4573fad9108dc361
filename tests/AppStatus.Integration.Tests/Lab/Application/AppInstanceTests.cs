using System.Net;
using AppStatus.AspNetCore;
using AppStatus.Lab.Application;

namespace AppStatus.Integration.Tests.Lab.Application;

public sealed class AppInstanceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_answers_with_its_name_version_status_and_health()
    {
        await using var instance = await AppInstance.StartAsync(
            new AppOptions { Version = "1.3.6", Name = "web01", Status = InstanceStatus.Ready, User = "u", Password = "p" }, Stop);
        using var client = new HttpClient { BaseAddress = instance.Uri };

        (await client.GetStringAsync("/", Stop)).ShouldBe("web01 1.3.6\n");
        (await client.GetStringAsync("/version", Stop)).ShouldBe("1.3.6");
        (await client.GetStringAsync("/appstatus", Stop)).ShouldBe("""{"status":"ready","version":"1.3.6","hostname":"web01"}""");
        (await client.GetStringAsync("/_status", Stop)).ShouldBe("healthy");
        using var stranger = await client.PostAsync("/appstatus", content: null, Stop);
        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Stopping_ends_listening_and_lets_the_request_in_flight_end()
    {
        await using var instance = await AppInstance.StartAsync(new AppOptions { Version = "1.0" }, Stop);
        using var request = await OpenRequest.StartAsync(instance.Uri);

        var stopping = instance.StopAsync(Stop);
        using var other = new HttpClient { BaseAddress = instance.Uri };
        await Eventually.TrueAsync(() => IsRefusedAsync(other), "nobody listens");

        instance.HasExited.ShouldBeFalse();
        request.Finish();
        (await request.Answer).ShouldContain("1.0");
        await stopping;
        instance.HasExited.ShouldBeTrue();
    }

    [Fact]
    public async Task Killing_breaks_the_request_in_flight()
    {
        await using var instance = await AppInstance.StartAsync(new AppOptions { Version = "1.0" }, Stop);
        using var request = await OpenRequest.StartAsync(instance.Uri);

        await instance.KillAsync(Stop);
        request.Finish();

        await Should.ThrowAsync<HttpRequestException>(() => request.Answer);
    }

    [Fact]
    public async Task An_instance_that_cannot_start_says_why()
    {
        await using var first = await AppInstance.StartAsync(new AppOptions { Version = "1.0" }, Stop);

        var failure = await Should.ThrowAsync<InvalidOperationException>(() => AppInstance.StartAsync(first.Options with { Port = first.Uri.Port }, Stop));

        failure.Message.ShouldContain("address already in use", Case.Insensitive);
    }

    private static async Task<bool> IsRefusedAsync(HttpClient client)
    {
        try
        {
            await client.GetStringAsync("/version", Stop);
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
