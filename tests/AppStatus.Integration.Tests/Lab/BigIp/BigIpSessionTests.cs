using System.Net;
using System.Net.Http.Headers;
using AppStatus.Lab.BigIp.Rest.Sessions;

namespace AppStatus.Integration.Tests.Lab.BigIp;

public sealed class BigIpSessionTests
{
    private const string Pools = "/mgmt/tm/ltm/pool";

    [Fact]
    public async Task A_login_gives_a_token_of_1200_seconds_that_works_until_it_is_deleted()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Anonymous(device);

        var login = await client.LoginAsync();
        login.Json["token"]!["timeout"]!.GetValue<int>().ShouldBe(1200);
        var token = client.Token = login.Json["token"]!["token"]!.GetValue<string>();
        (await client.GetAsync(Pools)).Status.ShouldBe(HttpStatusCode.OK);
        (await client.DeleteAsync($"/mgmt/shared/authz/tokens/{token}")).Status.ShouldBe(HttpStatusCode.OK);

        var afterwards = await client.GetAsync(Pools);
        afterwards.Status.ShouldBe(HttpStatusCode.Unauthorized);
        afterwards.Message.ShouldBe("X-F5-Auth-Token does not exist.");
        device.Tokens.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_token_expires_and_extending_it_counts_from_its_start()
    {
        var time = new ShiftedTime();
        await using var device = await Devices.StartAsync(Devices.Plain, time);
        using var client = BigIpClient.Anonymous(device);
        var path = $"/mgmt/shared/authz/tokens/{await client.UseTokenAsync()}";

        time.Advance(TimeSpan.FromSeconds(1000));
        (await client.PatchAsync(path, """{"timeout":1200}""")).Status.ShouldBe(HttpStatusCode.OK);
        time.Advance(TimeSpan.FromSeconds(300));

        var answer = await client.GetAsync(Pools);
        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Message.ShouldBe("X-F5-Auth-Token has expired.");
    }

    [Fact]
    public async Task A_token_can_be_extended_up_to_36000_seconds()
    {
        var time = new ShiftedTime();
        await using var device = await Devices.StartAsync(Devices.Plain, time);
        using var client = BigIpClient.Anonymous(device);
        var path = $"/mgmt/shared/authz/tokens/{await client.UseTokenAsync()}";

        (await client.PatchAsync(path, """{"timeout":36001}""")).Status.ShouldBe(HttpStatusCode.NotAcceptable);
        (await client.PatchAsync(path, """{"timeout":36000}""")).Status.ShouldBe(HttpStatusCode.OK);
        time.Advance(TimeSpan.FromSeconds(35_000));

        (await client.GetAsync(Pools)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_101st_token_of_a_user_is_refused_until_one_is_deleted()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Anonymous(device);
        for (var count = 1; count < TokenStore.MaxTokensOfUser; count++)
        {
            device.Tokens.Issue("admin").ShouldNotBeNull();
        }

        var last = await client.UseTokenAsync();
        var refused = await client.LoginAsync();
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Message.ShouldContain("maximum active login tokens");

        await client.DeleteAsync($"/mgmt/shared/authz/tokens/{last}");
        (await client.LoginAsync()).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_wrong_password_is_json_at_login_and_html_in_basic()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Anonymous(device);

        var login = await client.LoginAsync("wrong");
        client.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("admin:wrong"u8));
        var basic = await client.GetAsync(Pools);

        login.Status.ShouldBe(HttpStatusCode.Unauthorized);
        login.Message.ShouldBe("Authentication failed.");
        basic.Status.ShouldBe(HttpStatusCode.Unauthorized);
        basic.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public async Task A_wrong_basic_password_spoils_a_right_token_beside_it()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Anonymous(device);
        await client.UseTokenAsync();
        client.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("admin:wrong"u8));

        (await client.GetAsync(Pools)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_log_holds_no_password()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Anonymous(device);

        await client.UseTokenAsync();

        device.RequestLog.Entries.ShouldHaveSingleItem().Body.ShouldBeNull();
    }
}
