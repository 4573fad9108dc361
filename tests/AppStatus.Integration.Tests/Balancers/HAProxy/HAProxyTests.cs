using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Changes;
using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers.HAProxy;

/// <summary>What only HAProxy has, against the real one.</summary>
public sealed class HAProxyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_and_a_write_with_its_read_back_cost_one_connection_each()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(2, 2);
        int start = range.RoundTrips;
        PoolMember member = (await range.Balancer.GetMembersAsync("web", Cancelled))[0];
        range.RoundTrips.ShouldBe(start + 1);
        await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        range.RoundTrips.ShouldBe(start + 2);
    }

    [Fact]
    public async Task Two_hundred_members_are_drained_side_by_side_within_the_limit_by_few_looks()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(200, 0);
        IReadOnlyList<PoolMember> members = await range.Balancer.GetMembersAsync("web", Cancelled);
        var changer = new MemberChanger(allowEmptyPool: false, limit: 6);
        int start = range.RoundTrips;

        PendingChange[] changes = [.. members.Select(member => changer.Take(range.Balancer, member, new MemberChange(TrafficState.Draining, Weight: null)))];
        Task<PoolMember>[] work = [.. changes.Select(change => changer.ApplyAsync(change, Cancelled))];

        (await Task.WhenAll(work.Take(199))).Select(member => (member.Name, member.State)).ShouldBe(members.Take(199).Select(member => (member.Name, TrafficState.Draining)));
        (await Should.ThrowAsync<AppStatusException>(() => work[199])).Id.ShouldBe(ErrorId.LastServingMember);
        (await range.Balancer.GetMembersAsync("web", Cancelled)).Where(member => member.Serving).ShouldHaveSingleItem().Name.ShouldBe("web200");
        // One look, 199 writes, each with its read-back, and the read above.
        (range.RoundTrips - start).ShouldBe(201);
        range.MostSideBySide.ShouldBe(6);
    }

    [Fact]
    public async Task A_unix_socket_works_as_well()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(2, 2);
        HAProxySession session = await HAProxyRange.ConnectAsync(new Uri($"unix://{range.Process.SocketPath}"));

        session.Id.ShouldBe($"unix://{range.Process.SocketPath}");
        session.AccessLevel.ShouldBe("admin");
        session.Version.ShouldStartWith("2.");
        PoolMember member = (await session.Balancer.GetMembersAsync("web", Cancelled))[0];
        (await session.Balancer.SetStateAsync(member, TrafficState.Offline, Cancelled)).State.ShouldBe(TrafficState.Offline);
        (await range.Balancer.GetMembersAsync("web", Cancelled))[0].State.ShouldBe(TrafficState.Offline);
    }

    [Fact]
    public async Task A_socket_without_level_admin_reads_and_does_not_write()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1);
        HAProxySession session = await HAProxyRange.ConnectAsync(new Uri($"tcp://127.0.0.1:{range.Process.OperatorPort}"));
        session.AccessLevel.ShouldBe("operator");
        PoolMember member = (await session.Balancer.GetMembersAsync("web", Cancelled))[0];

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => session.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled));

        error.Id.ShouldBe(ErrorId.AccessDenied);
        error.Message.ShouldContain("level admin");
        (await range.Balancer.GetMembersAsync("web", Cancelled))[0].State.ShouldBe(TrafficState.Enabled);
    }

    [Fact]
    public async Task An_unknown_backend_brings_the_list_of_the_known_ones()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1, "backend shop\n  server s1 127.0.0.1:1\n");
        (await range.Session.Balancer.GetContentsAsync(Cancelled)).Select(backend => (backend.Pool, backend.Members.Count)).ShouldBe([("web", 1), ("shop", 1)]);
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => range.Balancer.GetMembersAsync("Web", Cancelled));
        error.Message.ShouldContain("web, shop");
    }

    [Fact]
    public async Task A_frontend_of_the_same_name_hides_no_backend()
    {
        int port = LoopbackPorts.Free(1)[0];
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1,
            $"frontend shop\n  bind 127.0.0.1:{port}\n  default_backend shop\nbackend shop\n  server s1 127.0.0.1:1 weight 10\n");

        PoolMember member = (await range.Balancer.GetMembersAsync("shop", Cancelled)).ShouldHaveSingleItem();

        member.Connections.ShouldBe(0);
        member.Serving.ShouldBeTrue();
        member.HealthReason.ShouldBe("no check");
    }

    [Fact]
    public async Task A_static_algorithm_takes_no_weights()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1, "backend shop\n  balance source\n  server s1 127.0.0.1:1 weight 10\n");
        PoolMember member = (await range.Balancer.GetMembersAsync("shop", Cancelled))[0];
        (await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetWeightAsync(member, 5, Cancelled))).Id.ShouldBe(ErrorId.NotSupported);
    }

    [Fact]
    public async Task A_server_that_was_configured_as_disabled_serves_once_it_is_enabled()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(1, 1, "backend shop\n  server s1 127.0.0.1:1 disabled\n");
        PoolMember member = (await range.Balancer.GetMembersAsync("shop", Cancelled))[0];
        member.State.ShouldBe(TrafficState.Offline);
        PoolMember enabled = await range.Balancer.SetStateAsync(member, TrafficState.Enabled, Cancelled);
        enabled.State.ShouldBe(TrafficState.Enabled);
        enabled.Serving.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_fails_its_check_is_down_even_while_it_drains()
    {
        await using HAProxyRange range = await HAProxyRange.StartAsync(2, 2);
        PoolMember member = (await range.Balancer.GetMembersAsync("web", Cancelled))[0];
        await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        range.Instances[member.Name].HealthCode = 503;

        PoolMember down = await Eventually.GetAsync(async () => (await range.Balancer.GetMembersAsync("web", Cancelled))[0],
            read => read.Health == MemberHealth.Down, "the check to fail");

        down.State.ShouldBe(TrafficState.Draining);
        down.HealthReason.ShouldContain("503");
    }

    [Fact]
    public async Task A_pair_is_written_to_as_one_and_a_difference_is_told()
    {
        await using HAProxyRange first = await HAProxyRange.StartAsync(2, 2);
        await using HAProxyProcess second = await HAProxyProcess.StartAsync("backend web\n  option httpchk GET /health\n"
            + string.Concat(first.Instances.Select(entry => $"  server {entry.Key} 127.0.0.1:{entry.Value.Port} weight 10 check inter 100 rise 2 fall 2\n")));
        Uri[] uris = [new($"tcp://127.0.0.1:{first.Process.AdminPort}"), new($"tcp://127.0.0.1:{second.AdminPort}")];
        HAProxyBalancer pair = (await HAProxyRange.ConnectAsync(uris)).Balancer;
        HAProxyBalancer alone = (await HAProxyRange.ConnectAsync(uris[1])).Balancer;
        (await HAProxyRange.ConnectAsync([.. uris.Reverse()])).Id.ShouldBe(pair.Id);
        PoolMember member = (await Eventually.GetAsync(() => pair.GetMembersAsync("web", Cancelled), all => all.All(one => one.Serving), "both serving"))[0];

        (await pair.SetStateAsync(member, TrafficState.Draining, Cancelled)).State.ShouldBe(TrafficState.Draining);
        (await alone.GetMembersAsync("web", Cancelled))[0].State.ShouldBe(TrafficState.Draining);

        await alone.SetStateAsync(member, TrafficState.Enabled, Cancelled);
        PoolMember split = (await pair.GetMembersAsync("web", Cancelled))[0];
        split.State.ShouldBe(TrafficState.Enabled);
        split.Serving.ShouldBeFalse();
        split.HealthReason.ShouldContain("differs");
    }

    [Fact]
    public async Task A_write_that_reaches_one_of_a_pair_says_so()
    {
        await using HAProxyRange first = await HAProxyRange.StartAsync(1, 1);
        await using HAProxyProcess second = await HAProxyProcess.StartAsync("backend web\n  server other 127.0.0.1:1\n");
        Uri[] uris = [new($"tcp://127.0.0.1:{first.Process.AdminPort}"), new($"tcp://127.0.0.1:{second.AdminPort}")];
        HAProxyBalancer pair = (await HAProxyRange.ConnectAsync(uris)).Balancer;
        PoolMember member = (await first.Balancer.GetMembersAsync("web", Cancelled))[0];

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => pair.SetStateAsync(member, TrafficState.Draining, Cancelled));

        error.Id.ShouldBe(ErrorId.MemberNotFound);
        error.Message.ShouldContain($"At tcp://127.0.0.1:{first.Process.AdminPort} web/web001 is in state Draining already");
    }

    [Fact]
    public async Task Where_nothing_listens_it_is_unreachable()
    {
        int port = LoopbackPorts.Free(1)[0];
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => HAProxyRange.ConnectAsync(new Uri($"tcp://127.0.0.1:{port}")));
        error.Id.ShouldBe(ErrorId.Unreachable);
        error.Message.ShouldContain($"tcp://127.0.0.1:{port}");
    }
}
