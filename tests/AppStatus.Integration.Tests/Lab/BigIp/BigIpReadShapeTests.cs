using System.Net;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Configuration;

namespace AppStatus.Integration.Tests.Lab.BigIp;

public sealed class BigIpReadShapeTests
{
    [Fact]
    public async Task An_empty_collection_has_no_items()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        var members = await client.GetAsync("/mgmt/tm/ltm/pool/~Common~empty/members");

        members.Status.ShouldBe(HttpStatusCode.OK);
        members.Json.ContainsKey("items").ShouldBeFalse();
    }

    [Fact]
    public async Task An_unmonitored_member_reads_unchecked_even_after_user_up()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        var member = await client.PatchAsync(BigIpClient.MemberPath("web", "10.1.1.1:80"), """{"state":"user-up","session":"user-enabled"}""");

        member.Json["state"]!.GetValue<string>().ShouldBe("unchecked");
        member.Json["session"]!.GetValue<string>().ShouldBe("user-enabled");
        member.Json["ephemeral"]!.GetValue<string>().ShouldBe("false");
    }

    [Fact]
    public async Task Links_say_localhost_and_the_version()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        var pool = await client.GetAsync("/mgmt/tm/ltm/pool/~Common~web");

        pool.Json["selfLink"]!.GetValue<string>().ShouldBe("https://localhost/mgmt/tm/ltm/pool/~Common~web?ver=17.1.1");
    }

    [Fact]
    public async Task Pools_expand_to_their_members_and_filter_by_partition_and_select()
    {
        var configuration = Devices.Plain with { Pools = [.. Devices.Plain.Pools, new PoolConfiguration { Name = "other", Partition = "Sales" }] };
        await using var device = await Devices.StartAsync(configuration);
        using var client = BigIpClient.Admin(device);

        var expanded = await client.GetAsync("/mgmt/tm/ltm/pool?expandSubcollections=true&$filter=partition%20eq%20Common");
        var names = await client.GetAsync("/mgmt/tm/ltm/pool?$filter=partition+eq+Sales&$select=name,partition");

        var pools = expanded.Json["items"]!.AsArray();
        pools.Select(pool => pool!["name"]!.GetValue<string>()).ShouldBe(["empty", "web"]);
        pools[1]!["membersReference"]!["items"]![0]!["name"]!.GetValue<string>().ShouldBe("10.1.1.1:80");
        pools[0]!["membersReference"]!.AsObject().ContainsKey("items").ShouldBeFalse();
        names.Json["items"]![0]!.ToJsonString().ShouldBe("""{"name":"other","partition":"Sales"}""");
    }

    [Fact]
    public async Task Names_are_case_sensitive_and_a_missing_member_is_404_in_the_device_s_words()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        var pool = await client.GetAsync("/mgmt/tm/ltm/pool/~Common~Web");
        var member = await client.GetAsync(BigIpClient.MemberPath("web", "1.1.1.1:80"));

        pool.Status.ShouldBe(HttpStatusCode.NotFound);
        pool.Message.ShouldBe("01020036:3: The requested Pool (/Common/Web) was not found.");
        member.Status.ShouldBe(HttpStatusCode.NotFound);
        member.Message.ShouldBe("01020036:3: The requested Pool Member (/Common/web /Common/1.1.1.1 80) was not found.");
        member.Json["apiError"]!.GetValue<int>().ShouldBe(3);
    }

    [Fact]
    public async Task Ipv6_members_have_a_dot_and_route_domains_must_be_escaped()
    {
        await using var device = await Devices.StartAsync(new BigIpConfiguration
        {
            Pools = [new PoolConfiguration { Name = "web", Members = [new MemberConfiguration { Address = "2001:db8::1.80" }, new MemberConfiguration { Address = "10.1.1.1%1:80" }] }],
        });
        using var client = BigIpClient.Admin(device);

        (await client.GetAsync(BigIpClient.MemberPath("web", "2001:db8::1.80"))).Json["address"]!.GetValue<string>().ShouldBe("2001:db8::1");
        (await client.GetAsync(BigIpClient.MemberPath("web", "10.1.1.1%251:80"))).Json["address"]!.GetValue<string>().ShouldBe("10.1.1.1%1");
        (await client.GetAsync(BigIpClient.MemberPath("web", "10.1.1.1%25251:80"))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync(BigIpClient.MemberPath("web", "10.1.1.1%1:80"))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_fqdn_pool_holds_a_template_and_an_ephemeral_member_that_can_t_be_deleted()
    {
        await using var device = await Devices.StartAsync(new BigIpConfiguration
        {
            Pools = [new PoolConfiguration { Name = "web", Members = [new MemberConfiguration { Address = "10.9.9.9:80", Fqdn = "web.example.com" }] }],
        });
        using var client = BigIpClient.Admin(device);

        var members = (await client.GetAsync("/mgmt/tm/ltm/pool/~Common~web/members")).Json["items"]!.AsArray();
        var deleted = await client.DeleteAsync(BigIpClient.MemberPath("web", "_auto_10.9.9.9:80"));

        members.Select(member => (Name(member), Text(member, "address"), Text(member, "ephemeral"), Text(member, "state"))).ShouldBe(
        [
            ("_auto_10.9.9.9:80", "10.9.9.9", "true", "unchecked"),
            ("web.example.com:80", "any6", "false", "fqdn-up"),
        ]);
        deleted.Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Monitor_rules_come_back_re_spaced_and_qualified()
    {
        await using var device = await Devices.StartAsync(Devices.Plain with { Monitors = [new MonitorConfiguration { Name = "a" }, new MonitorConfiguration { Name = "b" }] });
        using var client = BigIpClient.Admin(device);

        var pool = await client.PatchAsync("/mgmt/tm/ltm/pool/~Common~empty", """{"monitor":"min   1 of {a   /Common/b}"}""");

        pool.Json["monitor"]!.GetValue<string>().ShouldBe("min 1 of { /Common/a /Common/b }");
    }

    [Fact]
    public async Task Statistics_of_all_members_come_in_one_answer_and_of_one_member_under_a_link_that_repeats_its_name()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        var all = (await client.GetAsync("/mgmt/tm/ltm/pool/~Common~web/members/stats")).Json["entries"]!.AsObject();
        var one = (await client.GetAsync(BigIpClient.MemberPath("web", "10.1.1.1:80") + "/stats")).Json["entries"]!.AsObject();

        all.ShouldHaveSingleItem().Key.ShouldBe("https://localhost/mgmt/tm/ltm/pool/~Common~web/members/~Common~10.1.1.1:80/stats");
        one.ShouldHaveSingleItem().Key.ShouldEndWith("/~Common~10.1.1.1:80/~Common~10.1.1.1:80/stats");
        var figures = one.Single().Value!["nestedStats"]!["entries"]!;
        figures["serverside.curConns"]!["value"]!.GetValue<int>().ShouldBe(0);
        figures["status.availabilityState"]!["description"]!.GetValue<string>().ShouldBe("unknown");
        figures["status.enabledState"]!["description"]!.GetValue<string>().ShouldBe("enabled");
    }

    [Fact]
    public async Task Version_11_finds_missing_members_without_an_address_and_gives_flat_statistics()
    {
        await using var device = await Devices.StartAsync(Devices.Plain with { Version = "11.6.0" });
        using var client = BigIpClient.Admin(device);

        var missing = await client.GetAsync(BigIpClient.MemberPath("web", "1.1.1.1:80"));
        var statistics = await client.GetAsync(BigIpClient.MemberPath("web", "10.1.1.1:80") + "/stats");

        missing.Status.ShouldBe(HttpStatusCode.OK);
        missing.Json.ContainsKey("address").ShouldBeFalse();
        statistics.Json["entries"]!["serverside.curConns"]!["value"]!.GetValue<int>().ShouldBe(0);
    }

    private static string Name(JsonNode? member) => Text(member, "name");

    private static string Text(JsonNode? member, string name) => member![name]!.GetValue<string>();
}
