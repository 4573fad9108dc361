using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers.HAProxy;

/// <summary>What surprises people about the runtime API, each against the real HAProxy.</summary>
public sealed class HAProxyQuirkTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_without_checks_says_no_check_for_ever_and_serves()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1, "backend shop\n  server s1 127.0.0.1:1\n");
        PoolMember member = (await range.Balancer.GetMembersAsync("shop", Cancelled))[0];
        await range.Balancer.SetStateAsync(member, TrafficState.Offline, Cancelled);

        PoolMember back = await range.Balancer.SetStateAsync(member, TrafficState.Enabled, Cancelled);

        (back.Health, back.HealthReason, back.Serving).ShouldBe((MemberHealth.Unknown, "no check", true));
    }

    [Fact]
    public async Task A_server_in_slowstart_does_not_count_as_serving_until_its_throttle_is_gone()
    {
        await using TestInstance instance = await TestInstance.StartAsync("slow");
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1,
            $"backend shop\n  balance roundrobin\n  option httpchk GET /health\n  server s1 127.0.0.1:{instance.Port} weight 10 check inter 100 rise 1 fall 1 slowstart 3s\n");
        PoolMember member = await UpAsync(range, "shop");
        instance.HealthCode = 503;
        await Eventually.GetAsync(() => ReadAsync(range, "shop"), read => read.Health == MemberHealth.Down, "the check to fail");
        instance.HealthCode = 200;

        PoolMember slow = await Eventually.GetAsync(() => ReadAsync(range, "shop"), read => read.HealthReason.Contains("slow start", StringComparison.Ordinal), "the slow start");
        slow.Serving.ShouldBeFalse();
        (await UpAsync(range, "shop")).HealthReason.ShouldNotContain("slow start");
        member.Name.ShouldBe("s1");
    }

    [Fact]
    public async Task An_agent_check_decides_state_and_health()
    {
        using var agent = new Agent("up ready\n");
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1,
            $"backend shop\n  balance roundrobin\n  server s1 127.0.0.1:1 weight 10 agent-check agent-addr 127.0.0.1 agent-port {agent.Port} agent-inter 100\n");
        await Eventually.GetAsync(() => ReadAsync(range, "shop"), read => read is { State: TrafficState.Enabled, Serving: true }, "the agent's up");

        agent.Answer = "drain\n";
        await Eventually.GetAsync(() => ReadAsync(range, "shop"), read => read is { State: TrafficState.Draining, Serving: false }, "the agent's drain");
        agent.Answer = "maint\n";
        await Eventually.GetAsync(() => ReadAsync(range, "shop"), read => read.State == TrafficState.Offline, "the agent's maintenance");
        agent.Answer = "ready\n";
        await Eventually.GetAsync(() => ReadAsync(range, "shop"), read => read is { State: TrafficState.Enabled, Serving: true }, "the agent's ready");
        agent.Answer = "down\n";
        await Eventually.GetAsync(() => ReadAsync(range, "shop"), read => read is { State: TrafficState.Enabled, Health: MemberHealth.Down, Serving: false }, "the agent's down");
    }

    [Fact]
    public async Task A_static_algorithm_takes_the_configured_weight_and_none_and_nothing_between()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1, "backend shop\n  balance source\n  server s1 127.0.0.1:1 weight 10\n  server s2 127.0.0.1:1 weight 10\n");
        PoolMember member = await ReadAsync(range, "shop");

        (await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetWeightAsync(member, 5, Cancelled))).Id.ShouldBe(ErrorId.NotSupported);
        (await range.Balancer.SetWeightAsync(member, 0, Cancelled)).Weight.ShouldBe(0);
        (await range.Balancer.SetWeightAsync(member, 10, Cancelled)).Weight.ShouldBe(10);
    }

    [Fact]
    public async Task In_maintenance_live_requests_finish_and_checks_stop()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(2, 2);
        await Eventually.GetAsync(() => range.Balancer.GetMembersAsync("web", Cancelled), members => members.All(member => member.Serving), "both serving");
        using var users = new PoolUsers(range.Entry);
        Task<string> held = users.GetAsync("/hold", Cancelled);
        TestInstance busy = (await Eventually.GetAsync(() => Task.FromResult(range.Instances.Values.FirstOrDefault(instance => instance.Held > 0)), instance => instance is not null, "a held request"))!;
        PoolMember member = (await range.Balancer.GetMembersAsync("web", Cancelled)).Single(one => one.Name == busy.Name);

        await range.Balancer.SetStateAsync(member, TrafficState.Offline, Cancelled);
        // The other one's check shows that time enough for checks has gone by.
        foreach (TestInstance instance in range.Instances.Values) instance.HealthCode = 503;
        PoolMember other = await Eventually.GetAsync(async () => (await range.Balancer.GetMembersAsync("web", Cancelled)).Single(one => one.Name != busy.Name), read => read.Health == MemberHealth.Down, "the other's check to fail");

        PoolMember offline = (await range.Balancer.GetMembersAsync("web", Cancelled)).Single(one => one.Name == busy.Name);
        (offline.State, offline.Connections, other.State).ShouldBe((TrafficState.Offline, 1, TrafficState.Enabled));
        offline.HealthReason.ShouldNotContain("503");
        busy.Release();
        (await held).ShouldBe(busy.Name);
    }

    [Fact]
    public async Task A_server_on_its_way_up_does_not_count_before_its_last_check_has_passed()
    {
        await using TestInstance instance = await TestInstance.StartAsync("slow");
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1,
            $"backend shop\n  option httpchk GET /health\n  server s1 127.0.0.1:{instance.Port} check inter 300 rise 4 fall 1\n");
        await UpAsync(range, "shop");
        instance.HealthCode = 503;
        await Eventually.GetAsync(() => ReadAsync(range, "shop"), read => read.Health == MemberHealth.Down, "the check to fail");
        instance.HealthCode = 200;

        PoolMember rising = await Eventually.GetAsync(() => ReadAsync(range, "shop"), read => read.HealthReason.Contains("DOWN 2/4", StringComparison.Ordinal), "some checks passed");

        (rising.Health, rising.Serving).ShouldBe((MemberHealth.Down, false));
        (await UpAsync(range, "shop")).Serving.ShouldBeTrue();
    }

    [Theory]
    [InlineData(25)]
    [InlineData(99)]
    public async Task A_weight_is_absolute_where_a_percentage_of_the_configured_one_would_make_0(int weight)
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1, "backend shop\n  server s1 127.0.0.1:1\n");
        PoolMember member = await ReadAsync(range, "shop");
        member.Weight.ShouldBe(1);

        (await range.Balancer.SetWeightAsync(member, weight, Cancelled)).Weight.ShouldBe(weight);
    }

    [Fact]
    public async Task Weight_0_shows_up_and_takes_nothing()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(2, 2);
        PoolMember member = await UpAsync(range, "web");

        PoolMember weightless = await range.Balancer.SetWeightAsync(member, 0, Cancelled);

        (weightless.State, weightless.Health, weightless.Serving).ShouldBe((TrafficState.Enabled, MemberHealth.Up, false));
        using var users = new PoolUsers(range.Entry);
        for (int i = 0; i < 6; i++) (await users.GetAsync("/", Cancelled)).ShouldBe("web002");
    }

    [Fact]
    public async Task Drain_keeps_the_users_of_a_sticky_cookie_and_maintenance_moves_them()
    {
        await using TestInstance one = await TestInstance.StartAsync("one");
        await using TestInstance two = await TestInstance.StartAsync("two");
        await using HAProxyProcess haproxy = await HAProxyProcess.StartAsync(
            $"backend web\n  balance roundrobin\n  cookie SRV insert indirect nocache\n  server s1 127.0.0.1:{one.Port} cookie c1\n  server s2 127.0.0.1:{two.Port} cookie c2\n");
        IBalancer balancer = (await HAProxyRange.ConnectAsync(new Uri($"tcp://127.0.0.1:{haproxy.AdminPort}"))).Balancer;
        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled))[0];
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri($"http://127.0.0.1:{haproxy.EntryPort}/") };
        client.DefaultRequestHeaders.Add("Cookie", "SRV=c1");

        await balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        for (int i = 0; i < 4; i++) (await client.GetStringAsync("/", Cancelled)).ShouldBe("one");

        await balancer.SetStateAsync(member, TrafficState.Offline, Cancelled);
        for (int i = 0; i < 4; i++) (await client.GetStringAsync("/", Cancelled)).ShouldBe("two");
    }

    [Theory]
    [InlineData(false, TrafficState.Enabled, 10)]
    [InlineData(true, TrafficState.Draining, 30)]
    public async Task A_reload_drops_what_was_set_unless_a_server_state_file_is_used(bool stateFile, TrafficState state, int weight)
    {
        await using HAProxyProcess haproxy = await HAProxyProcess.StartAsync("backend web\n  balance roundrobin\n  server s1 127.0.0.1:1 weight 10\n  server s2 127.0.0.1:1 weight 10\n");
        IBalancer balancer = (await HAProxyRange.ConnectAsync(new Uri($"tcp://127.0.0.1:{haproxy.AdminPort}"))).Balancer;
        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled))[0];
        await balancer.SetWeightAsync(member, 30, Cancelled);
        await balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);

        await haproxy.ReloadAsync(stateFile);

        PoolMember now = (await balancer.GetMembersAsync("web", Cancelled))[0];
        (now.State, now.Weight).ShouldBe((state, weight));
        (await balancer.SetStateAsync(member, TrafficState.Offline, Cancelled)).State.ShouldBe(TrafficState.Offline);
    }

    private static Task<PoolMember> UpAsync(HAProxyRange range, string pool) => Eventually.GetAsync(() => ReadAsync(range, pool), read => read is { Health: MemberHealth.Up, Serving: true }, "serving");

    private static async Task<PoolMember> ReadAsync(HAProxyRange range, string pool) => (await range.Balancer.GetMembersAsync(pool, Cancelled))[0];
}
