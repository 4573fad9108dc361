using System.Net;
using AppStatus.Lab.BigIp.Configuration;

namespace AppStatus.Integration.Tests.Lab.BigIp;

public sealed class BigIpWriteTests
{
    private static readonly string Member = BigIpClient.MemberPath("web", "10.1.1.1:80");

    [Theory]
    [InlineData("""{"state":"user-up","session":"user-enabled"}""", "unchecked", "user-enabled", "enabled")]
    [InlineData("""{"state":"user-up","session":"user-disabled"}""", "unchecked", "user-disabled", "disabled")]
    [InlineData("""{"state":"user-down","session":"user-disabled"}""", "user-down", "user-disabled", "disabled")]
    public async Task Enable_disable_and_force_offline_read_back(string body, string state, string session, string enabledState)
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        (await client.PatchAsync(Member, body)).Status.ShouldBe(HttpStatusCode.OK);

        var read = (await client.GetAsync(Member)).Json;
        read["state"]!.GetValue<string>().ShouldBe(state);
        read["session"]!.GetValue<string>().ShouldBe(session);
        var statistics = (await client.GetAsync($"{Member}/stats")).Json["entries"]!.AsObject().Single().Value!["nestedStats"]!["entries"]!;
        statistics["status.enabledState"]!["description"]!.GetValue<string>().ShouldBe(enabledState);
    }

    [Theory]
    [InlineData("{}", "one or more properties must be specified")]
    [InlineData("""{"weight":5}""", "one or more properties must be specified")]
    [InlineData("""{"state":"up"}""", "invalid property value \"state\":\"up\"")]
    [InlineData("""{"state":"unchecked"}""", "invalid property value \"state\":\"unchecked\"")]
    [InlineData("""{"session":"monitor-enabled"}""", "invalid property value \"session\":\"monitor-enabled\"")]
    [InlineData("""{"ratio":0}""", "invalid property value \"ratio\":\"0\"")]
    [InlineData("""{"ratio":101}""", "invalid property value \"ratio\":\"101\"")]
    public async Task Empty_unknown_and_read_only_values_are_400_and_change_nothing(string body, string message)
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);
        var before = device.State;

        var answer = await client.PatchAsync(Member, body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Message.ShouldBe(message);
        device.State.ShouldBeSameAs(before);
    }

    [Fact]
    public async Task Put_resets_what_it_does_not_name()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);
        await client.PatchAsync(Member, """{"session":"user-disabled"}""");

        var put = await client.PutAsync(Member, """{"description":"new"}""");

        put.Json["session"]!.GetValue<string>().ShouldBe("user-enabled");
        put.Json["ratio"]!.GetValue<int>().ShouldBe(1);
        put.Json["description"]!.GetValue<string>().ShouldBe("new");
    }

    [Fact]
    public async Task Create_and_delete_answer_200_delete_without_a_body_and_twice_is_an_error()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        var created = await client.PostAsync("/mgmt/tm/ltm/pool/~Common~web/members", """{"name":"10.1.1.2:80"}""");
        var again = await client.PostAsync("/mgmt/tm/ltm/pool/~Common~web/members", """{"name":"10.1.1.2:80"}""");
        var deleted = await client.DeleteAsync(BigIpClient.MemberPath("web", "10.1.1.2:80"));
        var deletedAgain = await client.DeleteAsync(BigIpClient.MemberPath("web", "10.1.1.2:80"));

        created.Status.ShouldBe(HttpStatusCode.OK);
        again.Status.ShouldBe(HttpStatusCode.Conflict);
        deleted.ShouldBe(new BigIpAnswer(HttpStatusCode.OK, "application/json", ""));
        deletedAgain.Status.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync("/mgmt/tm/ltm/node/~Common~10.1.1.2")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_disabled_node_disables_its_members_without_touching_their_own_switches()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        await client.PatchAsync("/mgmt/tm/ltm/node/~Common~10.1.1.1", """{"session":"user-disabled"}""");

        (await client.GetAsync(Member)).Json["session"]!.GetValue<string>().ShouldBe("user-enabled");
        var statistics = (await client.GetAsync($"{Member}/stats")).Json["entries"]!.AsObject().Single().Value!["nestedStats"]!["entries"]!;
        statistics["status.enabledState"]!["description"]!.GetValue<string>().ShouldBe("disabled-by-parent");
    }

    [Fact]
    public async Task A_virtual_server_changes_its_pool_only_to_one_that_is_there_and_protects_it()
    {
        await using var device = await Devices.StartAsync(Devices.Plain with { VirtualServers = [new VirtualServerConfiguration { Name = "vs", Pool = "web" }] });
        using var client = BigIpClient.Admin(device);

        var missing = await client.PatchAsync("/mgmt/tm/ltm/virtual/~Common~vs", """{"pool":"/Common/green"}""");
        var switched = await client.PatchAsync("/mgmt/tm/ltm/virtual/~Common~vs", """{"pool":"/Common/empty"}""");

        missing.Status.ShouldBe(HttpStatusCode.NotFound);
        switched.Json["pool"]!.GetValue<string>().ShouldBe("/Common/empty");
        (await client.DeleteAsync("/mgmt/tm/ltm/pool/~Common~empty")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await client.DeleteAsync("/mgmt/tm/ltm/pool/~Common~web")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_log_tells_writes_from_reads_and_sessions()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Anonymous(device);
        await client.UseTokenAsync();
        await client.GetAsync(Member);
        await client.PatchAsync(Member, """{"session":"user-disabled"}""");

        device.RequestLog.Count.ShouldBe(3);
        var write = device.RequestLog.Writes.ShouldHaveSingleItem();
        write.Method.ShouldBe("PATCH");
        write.Path.ShouldBe(Member);
        write.Body.ShouldBe("""{"session":"user-disabled"}""");
        (await client.GetAsync("/_lab/log?writes=true")).Json["entries"]!.AsArray().Count.ShouldBe(1);
    }
}
