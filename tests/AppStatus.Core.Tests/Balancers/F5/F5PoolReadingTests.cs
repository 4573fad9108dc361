using System.Text.Json;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;

namespace AppStatus.Core.Tests.Balancers.F5;

public sealed class F5PoolReadingTests
{
    private static readonly F5Pool Pool = new() { Name = "web", Partition = "Common", FullPath = "/Common/web", Balancer = "f5:x", LoadBalancingMode = "ratio-member" };

    [Fact]
    public void Ratios_make_the_shares_where_the_pool_uses_them()
    {
        F5Member[] members = [Up("10.0.0.1") with { Ratio = 3 }, Up("10.0.0.2") with { Ratio = 1 }];
        F5PoolReading.ToMembers(Pool, members).Select(member => member.Share).ShouldBe([75, 25]);
        F5PoolReading.ToMembers(Pool with { LoadBalancingMode = "round-robin" }, members).Select(member => member.Share).ShouldBe([50, 50]);
    }

    [Theory]
    [InlineData(0, "10,10,5", true, true, true)] // priority groups play no part
    [InlineData(1, "10,10,5", true, true, false)]
    [InlineData(2, "10,10,5", true, true, false)]
    [InlineData(3, "10,10,5", true, true, true)] // too few in the first group
    public void Only_active_priority_groups_serve(int minActiveMembers, string groups, params bool[] serving)
    {
        F5Member[] members = [.. groups.Split(',').Select((group, i) => Up($"10.0.0.{i + 1}") with { PriorityGroup = int.Parse(group) })];
        F5PoolReading.ToMembers(Pool with { MinActiveMembers = minActiveMembers }, members).Select(member => member.Serving).ShouldBe(serving);
    }

    [Fact]
    public void The_next_group_takes_over_from_a_group_that_is_down()
    {
        F5Member[] members = [Up("10.0.0.1") with { PriorityGroup = 10, StateText = "down" }, Up("10.0.0.2") with { PriorityGroup = 5 }];
        F5PoolReading.ToMembers(Pool with { MinActiveMembers = 1 }, members).Select(member => member.Serving).ShouldBe([false, true]);
    }

    [Fact]
    public void Templates_are_left_out_and_what_they_made_is_kept()
    {
        F5Member[] members = [Up("any6") with { FullPath = "/Common/web.example:80", StateText = "fqdn-up" }, Up("10.0.0.7") with { FullPath = "/Common/_auto_10.0.0.7:80", Ephemeral = true }];
        F5PoolReading.ToMembers(Pool, members).ShouldHaveSingleItem().Address.ShouldBe("10.0.0.7");
    }

    [Fact]
    public void A_member_has_its_addresses()
    {
        PoolMember member = F5PoolReading.ToMembers(Pool, [Up("2001:db8::1") with { FullPath = "/Common/2001:db8::1.443" }])[0];
        member.Port.ShouldBe(443);
        member.Uri.ShouldBe(new Uri("https://[2001:db8::1]/"));
        member.ComputerName.ShouldBe("2001:db8::1");
        F5PoolReading.ToMembers(Pool, [Up("10.0.0.1%2") with { FullPath = "/Common/web01:8080" }])[0].ComputerName.ShouldBe("web01");
    }

    [Theory]
    [InlineData("/Common/10.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "10.0.0.1")] // an old version names the node without its folder
    public void Statistics_are_joined_by_node_or_address(string node, string address)
    {
        var statistics = new F5MemberStatistics { Pool = "/Common/web", Node = node, Address = address, Port = "80" };
        var index = F5PoolReading.Index([statistics], pool: null);
        F5PoolReading.Find(index, "/Common/web", "/Common/10.0.0.1:80", "10.0.0.1").ShouldBe(statistics);
        F5PoolReading.Find(index, "/Common/web", "/Common/10.0.0.1:81", "10.0.0.1").ShouldBeNull();
        F5PoolReading.Find(index, "/Common/other", "/Common/10.0.0.1:80", "10.0.0.1").ShouldBeNull();
    }

    [Fact]
    public void A_pool_without_members_has_no_items_and_a_monitor_comes_with_odd_blanks()
    {
        using JsonDocument document = JsonDocument.Parse("""{"name":"web","fullPath":"/Sales/web","partition":"Sales","loadBalancingMode":"ratio-member","minActiveMembers":"2","monitor":"min 1 of  { /Common/a /Common/b } ","membersReference":{"link":"x","isSubcollection":true}}""");
        F5Pool pool = F5Pool.Of(document.RootElement, "f5:x");
        pool.MemberCount.ShouldBe(0);
        pool.MinActiveMembers.ShouldBe(2);
        pool.Monitor.ShouldBe("min 1 of { /Common/a /Common/b }");
        pool.FullPath.ShouldBe("/Sales/web");
    }

    private static F5Member Up(string address) => new()
    {
        FullPath = $"/Common/{address}:80", Address = address, Session = "user-enabled", StateText = "up",
        Statistics = new F5MemberStatistics { Availability = "available", Enabled = "enabled", Connections = 0 },
    };
}
