using System.Net;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Integration.Tests.Lab.BigIp;

public sealed class BigIpDataPlaneTests : IAsyncLifetime
{
    private const string Disable = """{"state":"user-up","session":"user-disabled"}""";
    private const string ForceOffline = """{"state":"user-down","session":"user-disabled"}""";

    private HeldMember _one = null!;
    private HeldMember _two = null!;
    private HttpClient _client = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _one = await HeldMember.StartAsync("one");
        _two = await HeldMember.StartAsync("two");
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task Requests_take_turns_and_carry_method_query_and_body()
    {
        await using var device = await StartAsync();

        var answers = new List<string>();
        for (var count = 0; count < 4; count++)
        {
            using var response = await _client.PostAsync(device.UriOf("vs"), new StringContent("hello"), Stop);
            answers.Add(await response.Content.ReadAsStringAsync(Stop));
        }

        answers.Order(StringComparer.Ordinal).ShouldBe(["one POST hello", "one POST hello", "two POST hello", "two POST hello"]);
        answers[0].ShouldNotBe(answers[1]);
    }

    [Fact]
    public async Task A_draining_member_keeps_its_live_request_and_gets_no_new_one()
    {
        await using var device = await StartAsync();
        using var control = BigIpClient.Admin(device);
        var live = await HoldOnAsync(device, _one);

        await control.PatchAsync(BigIpClient.MemberPath("web", _one.Address), Disable);
        await SendAsync(device, count: 6);

        _two.Served.ShouldBe(6);
        (await CurrentConnectionsAsync(control, _one)).ShouldBe(1);
        _one.Release();
        (await live.Answer).ShouldBe("one GET");
        (await CurrentConnectionsAsync(control, _one)).ShouldBe(0);
        device.Traffic.Broken.ShouldBe(0);
    }

    [Fact]
    public async Task A_standby_unit_counts_no_connections()
    {
        await using var device = await StartAsync();
        using var control = BigIpClient.Admin(device);
        var live = await HoldOnAsync(device, _one);

        device.SetStandby(true);
        (await CurrentConnectionsAsync(control, _one)).ShouldBe(0);
        device.SetStandby(false);
        (await CurrentConnectionsAsync(control, _one)).ShouldBe(1);

        _one.Release();
        await live.Answer;
    }

    [Fact]
    public async Task A_disabled_member_takes_new_requests_with_its_cookie_and_an_offline_one_does_not()
    {
        await using var device = await StartAsync(persistence: "cookie");
        using var control = BigIpClient.Admin(device);
        var cookie = $"BIGipServervs={Uri.EscapeDataString($"/Common/{_one.Address}")}";

        await control.PatchAsync(BigIpClient.MemberPath("web", _one.Address), Disable);
        (await GetWithCookieAsync(device, cookie)).ShouldBe("one GET");

        await control.PatchAsync(BigIpClient.MemberPath("web", _one.Address), ForceOffline);
        (await GetWithCookieAsync(device, cookie)).ShouldBe("two GET");
    }

    [Fact]
    public async Task Without_a_member_requests_get_503_and_are_counted()
    {
        await using var device = await StartAsync();
        using var control = BigIpClient.Admin(device);
        foreach (var member in new[] { _one, _two })
        {
            await control.PatchAsync(BigIpClient.MemberPath("web", member.Address), Disable);
        }

        using var response = await _client.GetAsync(device.UriOf("vs"), Stop);

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        device.Traffic.WithoutMember.ShouldBe(1);
    }

    [Fact]
    public async Task A_member_that_is_dead_without_a_monitor_breaks_its_share_of_the_requests()
    {
        await using var device = await StartAsync();
        await _two.DisposeAsync();

        var broken = 0;
        for (var count = 0; count < 4; count++)
        {
            using var response = await _client.GetAsync(device.UriOf("vs"), Stop);
            broken += response.StatusCode == HttpStatusCode.BadGateway ? 1 : 0;
        }

        broken.ShouldBe(2);
        device.Traffic.Broken.ShouldBe(2);
    }

    [Fact]
    public async Task A_disabled_node_gets_no_new_request()
    {
        await using var device = await StartAsync();
        using var control = BigIpClient.Admin(device);

        // Both members are on the one loopback host, so nobody is left.
        await control.PatchAsync("/mgmt/tm/ltm/node/~Common~127.0.0.1", """{"session":"user-disabled"}""");

        using var response = await _client.GetAsync(device.UriOf("vs"), Stop);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData(Pool.RatioMember, 9, 3)]
    [InlineData(Pool.RatioSession, 9, 3)]
    [InlineData(Pool.RatioLeastConnectionsMember, 9, 3)]
    [InlineData(Pool.RoundRobin, 6, 6)]
    [InlineData(Pool.RatioNode, 6, 6)]
    [InlineData(Pool.LeastConnectionsMember, 6, 6)]
    [InlineData(Pool.LeastConnectionsNode, 6, 6)]
    public async Task A_ratio_counts_only_where_the_pool_s_mode_looks_at_it(string mode, int forOne, int forTwo)
    {
        await using var device = await StartAsync(mode: mode, ratioOfOne: 3);

        await SendAsync(device, count: 12);

        (_one.Served, _two.Served).ShouldBe((forOne, forTwo));
    }

    [Fact]
    public async Task A_node_s_ratio_counts_where_the_pool_s_mode_looks_at_nodes()
    {
        await using var device = await StartAsync(mode: Pool.RatioNode, nodeOfTwo: "second");
        using var control = BigIpClient.Admin(device);

        await control.PatchAsync("/mgmt/tm/ltm/node/~Common~127.0.0.1", """{"ratio":3}""");
        await SendAsync(device, count: 12);

        (_one.Served, _two.Served).ShouldBe((9, 3));
    }

    [Theory]
    [InlineData(Pool.LeastConnectionsMember, 1, 0, 4)]
    [InlineData(Pool.RatioLeastConnectionsMember, 1, 0, 4)]
    [InlineData(Pool.RoundRobin, 1, 2, 2)]
    public async Task Where_a_mode_counts_connections_the_busy_one_gets_fewer(string mode, int ratioOfOne, int forOne, int forTwo)
    {
        await using var device = await StartAsync(mode: mode, ratioOfOne: ratioOfOne);
        var live = await HoldOnAsync(device, _one);

        await SendAsync(device, count: 4);

        (_one.Served, _two.Served).ShouldBe((forOne, forTwo));
        _one.Release();
        await live.Answer;
    }

    [Fact]
    public async Task A_ratio_weighs_the_connections_where_the_mode_looks_at_both()
    {
        await using var device = await StartAsync(mode: Pool.RatioLeastConnectionsMember, ratioOfOne: 3);
        var first = await HoldOnAsync(device, _one);
        var second = await HoldOnAsync(device, _two);

        // One connection for a ratio of 3 against one for a ratio of 1.
        await SendAsync(device, count: 4);

        (_one.Served, _two.Served).ShouldBe((4, 0));
        _one.Release();
        _two.Release();
        await Task.WhenAll(first.Answer, second.Answer);
    }

    [Fact]
    public async Task A_node_counts_for_all_pools_where_the_mode_looks_at_nodes()
    {
        await using var device = await StartAsync(mode: Pool.LeastConnectionsNode, nodeOfTwo: "second");
        device.AddPool(new PoolConfiguration { Name = "api", Members = [new MemberConfiguration { Address = _one.Address }] });
        await device.AddVirtualServerAsync(new VirtualServerConfiguration { Name = "vs_api", Pool = "api" }, Stop);
        var live = _client.GetStringAsync(new Uri(device.UriOf("vs_api"), "/hold"), Stop);
        await Eventually.TrueAsync(() => _one.Held == 1, "a request is on the node in another pool");

        await SendAsync(device, count: 4);

        _two.Served.ShouldBe(4);
        _one.Release();
        await live;
    }

    [Theory]
    [InlineData("dynamic-ratio-member")]
    [InlineData("observed-member")]
    [InlineData("no-such-mode")]
    public async Task A_mode_that_is_not_done_is_refused(string mode)
    {
        await using var device = await StartAsync();
        using var control = BigIpClient.Admin(device);

        var answer = await control.PatchAsync("/mgmt/tm/ltm/pool/~Common~web", $$"""{"loadBalancingMode":"{{mode}}"}""");

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Message.ShouldBe($"invalid property value \"loadBalancingMode\":\"{mode}\"");
        (await control.GetAsync("/mgmt/tm/ltm/pool/~Common~web")).Json["loadBalancingMode"]!.GetValue<string>().ShouldBe(Pool.RoundRobin);
        await Should.ThrowAsync<FormatException>(() => StartAsync(mode: mode));
    }

    [Fact]
    public async Task A_returning_member_gets_its_share_gradually()
    {
        var time = new ManualTimeProvider();
        await using var device = await StartAsync(time: time, slowRamp: 100);
        using var control = BigIpClient.Admin(device);
        await control.PatchAsync(BigIpClient.MemberPath("web", _one.Address), Disable);
        await control.PatchAsync(BigIpClient.MemberPath("web", _one.Address), """{"session":"user-enabled"}""");

        // A quarter of the ramp: a quarter of the share, one in five.
        time.Advance(TimeSpan.FromSeconds(25));
        await SendAsync(device, count: 50);
        _one.Served.ShouldBeInRange(9, 11);

        time.Advance(TimeSpan.FromSeconds(80));
        await SendAsync(device, count: 50);
        _one.Served.ShouldBeInRange(34, 36);
    }

    [Fact]
    public async Task A_member_whose_monitor_finds_it_up_again_gets_its_share_gradually_too()
    {
        await using var device = await Devices.StartAsync(new BigIpConfiguration
        {
            Monitors = [new MonitorConfiguration { Name = "alive", Path = "/", Recv = "GET", Interval = 0.05, Timeout = 2 }],
            Pools = [new PoolConfiguration { Name = "web", Monitor = "alive", SlowRampTime = 900, Members = [new MemberConfiguration { Address = _one.Address }, new MemberConfiguration { Address = _two.Address }] }],
            VirtualServers = [new VirtualServerConfiguration { Name = "vs", Pool = "web" }],
        });
        await Eventually.TrueAsync(() => device.Member("web", _one.Address).Health == MemberHealth.Up && device.Member("web", _two.Address).Health == MemberHealth.Up, "both are up");
        var port = PortOf(_one);
        await _one.DisposeAsync();
        await Eventually.TrueAsync(() => device.Member("web", _one.Address).Health == MemberHealth.Down, "one is down");
        _one = await HeldMember.StartAsync("one", port);
        await Eventually.TrueAsync(() => device.Member("web", _one.Address).Health == MemberHealth.Up, "one is up again");

        await SendAsync(device, count: 20);

        device.Member("web", _one.Address).Counters.Total.ShouldBeLessThanOrEqualTo(1);
        device.Member("web", _two.Address).Counters.Total.ShouldBeGreaterThanOrEqualTo(19);
    }

    [Fact]
    public async Task A_lower_priority_group_serves_only_when_the_higher_has_too_few()
    {
        await using var device = await StartAsync(priorityOfOne: 10);
        using var control = BigIpClient.Admin(device);
        await control.PatchAsync("/mgmt/tm/ltm/pool/~Common~web", """{"minActiveMembers":1}""");

        await SendAsync(device, count: 4);
        (_one.Served, _two.Served).ShouldBe((4, 0));

        await control.PatchAsync(BigIpClient.MemberPath("web", _one.Address), Disable);
        await SendAsync(device, count: 4);
        (_one.Served, _two.Served).ShouldBe((4, 4));
    }

    [Fact]
    public async Task Switching_the_pool_leaves_live_requests_on_the_old_one()
    {
        await using var device = await StartAsync();
        device.AddPool(new PoolConfiguration { Name = "green", Members = [new MemberConfiguration { Address = _two.Address }] });
        using var control = BigIpClient.Admin(device);
        var live = await HoldOnAsync(device, _one);

        await control.PatchAsync("/mgmt/tm/ltm/virtual/~Common~vs", """{"pool":"/Common/green"}""");
        await SendAsync(device, count: 3);

        _two.Served.ShouldBe(3);
        _one.Release();
        (await live.Answer).ShouldBe("one GET");
    }

    [Fact]
    public async Task A_virtual_server_made_over_rest_listens_and_a_deleted_one_does_not()
    {
        await using var device = await StartAsync();
        using var control = BigIpClient.Admin(device);
        var port = FreePort.Take();
        var uri = new Uri($"http://127.0.0.1:{port}/");

        await control.PostAsync("/mgmt/tm/ltm/virtual", $$"""{"name":"vs2","destination":"/Common/192.0.2.1:{{port}}","pool":"web"}""");
        (await _client.GetStringAsync(uri, Stop)).ShouldEndWith("GET");

        await control.DeleteAsync("/mgmt/tm/ltm/virtual/~Common~vs2");
        await Should.ThrowAsync<HttpRequestException>(() => _client.GetAsync(uri, Stop));
    }

    private Task<BigIpSimulator> StartAsync(
        string? persistence = null, string mode = Pool.RoundRobin, int ratioOfOne = 1, int priorityOfOne = 0, string? nodeOfTwo = null, int slowRamp = 0, TimeProvider? time = null) => Devices.StartAsync(
        new BigIpConfiguration
        {
            Pools =
            [
                new PoolConfiguration
                {
                    Name = "web",
                    LoadBalancingMode = mode,
                    SlowRampTime = slowRamp,
                    Members = [new MemberConfiguration { Address = _one.Address, Ratio = ratioOfOne, PriorityGroup = priorityOfOne }, new MemberConfiguration { Address = _two.Address, Name = nodeOfTwo is null ? null : $"{nodeOfTwo}:{PortOf(_two)}" }],
                },
            ],
            VirtualServers = [new VirtualServerConfiguration { Name = "vs", Pool = "web", Persistence = persistence }],
        },
        time);

    /// <summary>Gets a request to wait on that member; one that goes to the other first is sent past it.</summary>
    private async Task<HeldRequest> HoldOnAsync(BigIpSimulator device, HeldMember member)
    {
        using var control = BigIpClient.Admin(device);
        var other = BigIpClient.MemberPath("web", member == _one ? _two.Address : _one.Address);
        await control.PatchAsync(other, Disable);
        var live = _client.GetStringAsync(new Uri(device.UriOf("vs"), "/hold"), Stop);
        await Eventually.TrueAsync(() => member.Held == 1, "the request is on its member");
        await control.PatchAsync(other, """{"session":"user-enabled"}""");
        return new HeldRequest(live);
    }

    private async Task SendAsync(BigIpSimulator device, int count)
    {
        for (var sent = 0; sent < count; sent++)
        {
            (await _client.GetStringAsync(device.UriOf("vs"), Stop)).ShouldEndWith("GET");
        }
    }

    private async Task<string> GetWithCookieAsync(BigIpSimulator device, string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, device.UriOf("vs"));
        request.Headers.Add("Cookie", cookie);
        using var response = await _client.SendAsync(request, Stop);
        return await response.Content.ReadAsStringAsync(Stop);
    }

    private static async Task<int> CurrentConnectionsAsync(BigIpClient control, HeldMember member)
    {
        var all = (await control.GetAsync("/mgmt/tm/ltm/pool/~Common~web/members/stats")).Json["entries"]!.AsObject();
        var entry = all.Single(entry => entry.Key.Contains(member.Address, StringComparison.Ordinal)).Value!;
        return entry["nestedStats"]!["entries"]!["serverside.curConns"]!["value"]!.GetValue<int>();
    }

    private static int PortOf(HeldMember member) => new Uri($"http://{member.Address}").Port;

    private sealed record HeldRequest(Task<string> Answer);
}
