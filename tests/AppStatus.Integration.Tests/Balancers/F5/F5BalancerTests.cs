using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Control;
using Fault = AppStatus.Lab.BigIp.Control.Fault;

namespace AppStatus.Integration.Tests.Balancers.F5;

/// <summary>What only a BIG-IP has.</summary>
public sealed class F5BalancerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_standby_unit_is_not_written_to()
    {
        await using BigIpSimulator device = await StartAsync(Pool("web", "127.0.0.1:1000"));
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled))[0];
        device.SetStandby(true);

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => balancer.SetStateAsync(member, TrafficState.Draining, Cancelled));

        error.Id.ShouldBe(ErrorId.StandbyUnit);
        error.Message.ShouldContain("-AllowStandby");
        device.RequestLog.Writes.ShouldBeEmpty();
        F5Session allowed = await F5Session.ConnectAsync(new F5ConnectOptions
        {
            Uri = device.ControlUri, UserName = F5Range.User, Password = F5Range.Password, SkipCertificateCheck = true, AllowStandby = true,
        }, TimeProvider.System, Cancelled);
        (await allowed.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled)).State.ShouldBe(TrafficState.Draining);
    }

    [Fact]
    public async Task A_member_without_a_monitor_reads_unchecked_even_after_user_up_and_serves()
    {
        await using BigIpSimulator device = await StartAsync(Pool("web", "127.0.0.1:1000"));
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled))[0];
        PoolMember offline = await balancer.SetStateAsync(member, TrafficState.Offline, Cancelled);

        PoolMember back = await balancer.SetStateAsync(offline, TrafficState.Enabled, Cancelled);

        device.RequestLog.Writes.Last().Body.ShouldNotBeNull().ShouldContain("user-up");
        (back.State, back.Health, back.Serving).ShouldBe((TrafficState.Enabled, MemberHealth.Unknown, true));
    }

    [Fact]
    public async Task A_disabled_member_keeps_the_clients_of_its_persistence_records_and_an_offline_one_loses_them()
    {
        await using TestInstance one = await TestInstance.StartAsync("one");
        await using TestInstance two = await TestInstance.StartAsync("two");
        await using BigIpSimulator device = await StartAsync(Pool("web", $"127.0.0.1:{one.Port}", $"127.0.0.1:{two.Port}"));
        await device.AddVirtualServerAsync(new VirtualServerConfiguration { Name = "vs", Pool = "web", Persistence = "cookie" }, Cancelled);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        using var faithful = new HttpClient { BaseAddress = device.UriOf("vs") };
        string mine = await faithful.GetStringAsync("/", Cancelled);
        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled)).Single(read => read.Port == (mine == "one" ? one : two).Port);

        await balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        for (int i = 0; i < 4; i++) (await faithful.GetStringAsync("/", Cancelled)).ShouldBe(mine);

        await balancer.SetStateAsync(member, TrafficState.Offline, Cancelled);
        (await faithful.GetStringAsync("/", Cancelled)).ShouldNotBe(mine);
    }

    [Fact]
    public async Task Pool_names_are_case_sensitive()
    {
        await using BigIpSimulator device = await StartAsync(Pool("web", "127.0.0.1:1000"));
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;

        (await Should.ThrowAsync<AppStatusException>(() => balancer.GetMembersAsync("WEB", Cancelled))).Id.ShouldBe(ErrorId.PoolNotFound);
    }

    [Fact]
    public async Task A_ratio_is_refused_where_the_pool_would_ignore_it()
    {
        await using BigIpSimulator device = await StartAsync(Pool("web", "127.0.0.1:1000") with { LoadBalancingMode = "round-robin" });
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled))[0];

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => balancer.SetWeightAsync(member, 5, Cancelled));

        error.Id.ShouldBe(ErrorId.NotSupported);
        error.Message.ShouldContain("round-robin");
        device.RequestLog.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Members_made_from_a_DNS_name_are_listed_and_not_written_to()
    {
        await using BigIpSimulator device = await StartAsync(new PoolConfiguration { Name = "web", Members = [new MemberConfiguration { Address = "127.0.0.1:1000", Fqdn = "web.lab.example" }] });
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;

        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled)).ShouldHaveSingleItem();
        member.Address.ShouldBe("127.0.0.1");

        (await Should.ThrowAsync<AppStatusException>(() => balancer.SetStateAsync(member, TrafficState.Draining, Cancelled))).Id.ShouldBe(ErrorId.NotSupported);
        device.RequestLog.Writes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("10.1.1.1%2:80", "10.1.1.1%2", 80, "http://10.1.1.1/")]
    [InlineData("2001:db8::1.443", "2001:db8::1", 443, "https://[2001:db8::1]/")]
    public async Task Route_domains_and_IPv6_are_read_and_written(string name, string address, int port, string uri)
    {
        await using BigIpSimulator device = await StartAsync(Pool("web", name));
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;

        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled)).ShouldHaveSingleItem();
        member.Name.ShouldBe(name);
        member.Address.ShouldBe(address);
        member.Port.ShouldBe(port);
        member.Uri.ShouldBe(new Uri(uri));
        member.Connections.ShouldBe(0);

        (await balancer.SetStateAsync(member, TrafficState.Offline, Cancelled)).State.ShouldBe(TrafficState.Offline);
        device.Member("web", name).Member.Administrative.ForcedDown.ShouldBeTrue();
    }

    [Fact]
    public async Task Offline_comes_back_to_enabled_with_what_may_be_written()
    {
        await using BigIpSimulator device = await StartAsync(Pool("web", "127.0.0.1:1000"));
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled))[0];
        member.Serving.ShouldBeTrue(); // it has no monitor
        member.Health.ShouldBe(MemberHealth.Unknown);

        PoolMember offline = await balancer.SetStateAsync(member, TrafficState.Offline, Cancelled);
        PoolMember enabled = await balancer.SetStateAsync(offline, TrafficState.Enabled, Cancelled);

        enabled.ShouldBe(member);
    }

    [Theory]
    [InlineData("17.1.1")]
    [InlineData("11.6.5")]
    public async Task All_members_of_all_pools_are_what_each_pool_says(string version)
    {
        await using BigIpSimulator device = await StartAsync(version, [.. Enumerable.Range(1, 30).Select(i => Pool($"web{i:00}", $"127.0.0.1:{1000 + i}", $"127.0.0.2:{1000 + i}"))]);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        await balancer.SetStateAsync((await balancer.GetMembersAsync("web07", Cancelled))[0], TrafficState.Draining, Cancelled);

        IReadOnlyList<PoolMember> all = [.. (await balancer.GetContentsAsync(partition: null, Cancelled)).SelectMany(pool => pool.Members)];

        all.Count.ShouldBe(60);
        all.Where(member => member.Pool == "web07").ShouldBe(await balancer.GetMembersAsync("web07", Cancelled));
        all.Count(member => member.Serving).ShouldBe(59);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(1000, 8)]
    public async Task All_members_of_all_pools_cost_two_requests(int pools, int members)
    {
        string[] addresses = [.. Enumerable.Range(1, members).Select(i => $"127.0.0.{i}:1000")];
        await using BigIpSimulator device = await StartAsync([.. Enumerable.Range(1, pools).Select(i => Pool($"web{i:0000}", addresses))]);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        long before = device.RequestLog.Count;
        (await balancer.GetContentsAsync(partition: null, Cancelled)).Sum(pool => pool.Members.Count).ShouldBe(pools * members);
        (await balancer.FindMembersAsync(["127.0.0.2"], Cancelled)).Count.ShouldBe(pools);
        // Two for all of them, and two for one host in all of them.
        (device.RequestLog.Count - before).ShouldBe(4);
    }

    [Fact]
    public async Task Pools_are_listed_by_partition()
    {
        await using BigIpSimulator device = await StartAsync(Pool("web", "127.0.0.1:1000"), Pool("shop", "127.0.0.1:1001") with { Partition = "Sales" }, new PoolConfiguration { Name = "empty", Partition = "Sales" });
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;

        (await balancer.GetPoolsAsync("Sales", Cancelled)).Select(pool => (pool.FullPath, pool.MemberCount)).ShouldBe([("/Sales/empty", 0), ("/Sales/shop", 1)], ignoreOrder: true);
        (await balancer.GetContentsAsync("Sales", Cancelled)).Select(pool => (pool.Pool, pool.Members.Count)).ShouldBe([("/Sales/empty", 0), ("/Sales/shop", 1)], ignoreOrder: true);
        (await balancer.GetMembersAsync("/Sales/empty", Cancelled)).ShouldBeEmpty();
        (await Should.ThrowAsync<AppStatusException>(() => balancer.GetMembersAsync("shop", Cancelled))).Id.ShouldBe(ErrorId.PoolNotFound);
    }

    [Fact]
    public async Task Only_the_active_priority_group_serves()
    {
        await using BigIpSimulator device = await StartAsync(new PoolConfiguration
        {
            Name = "web", MinActiveMembers = 1,
            Members = [new MemberConfiguration { Address = "127.0.0.1:1000", PriorityGroup = 10 }, new MemberConfiguration { Address = "127.0.0.1:1001", PriorityGroup = 5 }],
        });
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        members.Select(member => member.Serving).ShouldBe([true, false]);
        members[1].HealthReason.ShouldContain("priority group 5 is not active");

        await balancer.SetStateAsync(members[0], TrafficState.Draining, Cancelled);
        (await balancer.GetMembersAsync("web", Cancelled)).Select(member => member.Serving).ShouldBe([false, true]);
    }

    [Fact]
    public async Task A_change_that_is_answered_but_not_there_is_not_confirmed()
    {
        await using BigIpSimulator device = await StartAsync(Pool("web", "127.0.0.1:1000"));
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled))[0];
        device.Faults.Add(new Fault(FaultKind.NoEffect) { Method = "PATCH", Count = 2 });

        AppStatusException state = await Should.ThrowAsync<AppStatusException>(() => balancer.SetStateAsync(member, TrafficState.Draining, Cancelled));
        AppStatusException ratio = await Should.ThrowAsync<AppStatusException>(() => balancer.SetWeightAsync(member, 50, Cancelled));

        state.Id.ShouldBe(ErrorId.WriteNotConfirmed);
        state.Message.ShouldContain("it is Enabled, ratio 1");
        ratio.Id.ShouldBe(ErrorId.WriteNotConfirmed);
        device.Faults.Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_HTML_error_page_is_told_as_text()
    {
        await using BigIpSimulator device = await StartAsync(Pool("web", "127.0.0.1:1000"));
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        device.Faults.Add(new Fault(FaultKind.Html) { PathPrefix = "/mgmt/tm/ltm" });
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => balancer.GetMembersAsync("web", Cancelled));
        error.Id.ShouldBe(ErrorId.HttpError);
        error.Message.ShouldContain("Internal Server Error");
        error.Message.ShouldNotContain("<");
    }

    private static PoolConfiguration Pool(string name, params string[] members) =>
        new() { Name = name, LoadBalancingMode = "ratio-member", Members = [.. members.Select(address => new MemberConfiguration { Address = address })] };

    private static Task<BigIpSimulator> StartAsync(params PoolConfiguration[] pools) => StartAsync("17.1.1", pools);

    private static Task<BigIpSimulator> StartAsync(string version, PoolConfiguration[] pools) =>
        BigIpSimulator.StartAsync(new BigIpConfiguration { User = F5Range.User, Password = F5Range.Password, Version = version, Pools = pools }, Cancelled);
}
