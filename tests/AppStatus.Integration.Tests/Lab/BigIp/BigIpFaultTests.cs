using System.Net;
using AppStatus.Lab.BigIp.Control;

namespace AppStatus.Integration.Tests.Lab.BigIp;

public sealed class BigIpFaultTests
{
    private static readonly string Member = BigIpClient.MemberPath("web", "10.1.1.1:80");

    [Theory]
    [InlineData("Busy", HttpStatusCode.ServiceUnavailable, "There is an active asynchronous task executing.")]
    [InlineData("Html", HttpStatusCode.InternalServerError, "<html>")]
    [InlineData("Expired", HttpStatusCode.Unauthorized, "X-F5-Auth-Token has expired.")]
    [InlineData("Booting", HttpStatusCode.NotFound, "Public URI path not registered")]
    public async Task A_refusing_fault_hits_as_often_as_it_says_and_nothing_is_done(string kind, HttpStatusCode status, string text)
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);
        var before = device.State;
        device.Faults.Add(new Fault(Enum.Parse<FaultKind>(kind)) { Count = 2, Method = "PATCH", PathPrefix = "/mgmt/tm/ltm/pool" });

        (await client.GetAsync(Member)).Status.ShouldBe(HttpStatusCode.OK);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var answer = await client.PatchAsync(Member, """{"ratio":7}""");
            answer.Status.ShouldBe(status);
            answer.Text.ShouldContain(text);
        }

        device.State.ShouldBeSameAs(before);
        (await client.PatchAsync(Member, """{"ratio":7}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("LostAnswer", 7)]
    [InlineData("LostRequest", 3)]
    public async Task A_dropped_connection_leaves_the_client_in_doubt(string kind, int ratioAfterwards)
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);
        device.Faults.Add(new Fault(Enum.Parse<FaultKind>(kind)) { Method = "PATCH" });

        await Should.ThrowAsync<HttpRequestException>(() => client.PatchAsync(Member, """{"ratio":7}"""));

        (await client.GetAsync(Member)).Json["ratio"]!.GetValue<int>().ShouldBe(ratioAfterwards);
        device.RequestLog.Writes.ShouldHaveSingleItem().Fault.ShouldBe(kind);
    }

    [Fact]
    public async Task Faults_and_standby_can_be_set_over_http()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Anonymous(device);

        (await client.PostAsync("/_lab/faults", """{"kind":"lost-answer","count":3,"method":"PATCH","pathPrefix":"/mgmt/tm"}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsync("/_lab/faults", """{"kind":"delay","delayMs":20}""")).Status.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsync("/_lab/faults", """{"kind":"nonsense"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await client.PostAsync("/_lab/standby", """{"standby":true}""")).Status.ShouldBe(HttpStatusCode.OK);

        device.Faults.Pending.ShouldBe(
        [
            new Fault(FaultKind.LostAnswer) { Count = 3, Method = "PATCH", PathPrefix = "/mgmt/tm" },
            new Fault(FaultKind.Delay) { DelayMs = 20 },
        ]);
        device.State.IsStandby.ShouldBeTrue();
        device.RequestLog.Count.ShouldBe(0);
    }
}
