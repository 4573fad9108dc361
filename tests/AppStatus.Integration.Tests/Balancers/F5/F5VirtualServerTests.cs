using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Control;
using Fault = AppStatus.Lab.BigIp.Control.Fault;

namespace AppStatus.Integration.Tests.Balancers.F5;

/// <summary>The blue-green switch, with real instances behind it.</summary>
public sealed class F5VirtualServerTests
{
    private static readonly char[] Digits = [.. "0123456789"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Switching_the_pool_sends_new_connections_there_and_leaves_live_ones()
    {
        await using TestInstance blue = await TestInstance.StartAsync("blue");
        await using TestInstance green = await TestInstance.StartAsync("green");
        await using BigIpSimulator device = await StartAsync(Pool("blue", blue.Port), Pool("green", green.Port));
        F5VirtualServers servers = (await F5Range.ConnectAsync(device.ControlUri)).VirtualServers;
        using var users = new PoolUsers(device.UriOf("vs_http"));
        Task<string> live = users.GetAsync("/hold", Cancelled);
        await Eventually.GetAsync(() => Task.FromResult(blue.Held), held => held == 1, "a held request");

        F5VirtualServer written = (await servers.SetPoolAsync(["/Common/vs_http"], "green", allowEmptyPool: false, Cancelled)).ShouldHaveSingleItem();

        written.Pool.ShouldBe("green");
        (await users.GetAsync("/", Cancelled)).ShouldBe("green");
        live.IsCompleted.ShouldBeFalse();
        blue.Release();
        (await live).ShouldBe("blue");
        device.RequestLog.Writes.ShouldHaveSingleItem().Path.ShouldBe("/mgmt/tm/ltm/virtual/~Common~vs_http");
    }

    [Fact]
    public async Task Several_virtual_servers_switch_in_one_transaction()
    {
        await using BigIpSimulator device = await StartAsync(Pool("blue", 1000), Pool("green", 1001));
        F5VirtualServers servers = (await F5Range.ConnectAsync(device.ControlUri)).VirtualServers;

        IReadOnlyList<F5VirtualServer> written = await servers.SetPoolAsync(["/Common/vs_https", "/Common/vs_http"], "green", allowEmptyPool: false, Cancelled);

        written.Select(one => (one.Name, one.Pool)).ShouldBe([("vs_https", "green"), ("vs_http", "green")]);
        string[] writes = [.. device.RequestLog.Writes.OrderBy(entry => entry.Number).Select(entry => $"{entry.Method} {entry.Path.TrimEnd(Digits)}")];
        writes.ShouldBe(["POST /mgmt/tm/transaction", "PATCH /mgmt/tm/ltm/virtual/~Common~vs_https", "PATCH /mgmt/tm/ltm/virtual/~Common~vs_http", "PATCH /mgmt/tm/transaction/"]);
    }

    [Fact]
    public async Task A_failed_transaction_changes_none_of_them()
    {
        await using BigIpSimulator device = await StartAsync(Pool("blue", 1000), Pool("green", 1001));
        F5VirtualServers servers = (await F5Range.ConnectAsync(device.ControlUri)).VirtualServers;
        // The second command is refused, so that nothing is committed.
        device.Faults.Add(new Fault(FaultKind.Html) { Method = "PATCH", PathPrefix = "/mgmt/tm/ltm/virtual/~Common~vs_https" });

        await Should.ThrowAsync<AppStatusException>(() => servers.SetPoolAsync(["/Common/vs_http", "/Common/vs_https"], "green", allowEmptyPool: false, Cancelled));

        (await servers.GetAsync(partition: null, Cancelled)).ShouldAllBe(one => one.Pool == "blue");
    }

    [Theory]
    [InlineData("PATCH", "/mgmt/tm/transaction/", nameof(FaultKind.LostAnswer))]
    [InlineData("PATCH", "/mgmt/tm/transaction/", nameof(FaultKind.Busy))]
    [InlineData("POST", "/mgmt/tm/transaction", nameof(FaultKind.Busy))]
    [InlineData("PATCH", "/mgmt/tm/ltm/virtual", nameof(FaultKind.LostRequest))]
    [InlineData("PATCH", "/mgmt/tm/ltm/virtual", nameof(FaultKind.Expired))]
    public async Task A_transaction_that_is_disturbed_is_tried_again_as_a_whole(string method, string path, string kind)
    {
        await using BigIpSimulator device = await StartAsync(Pool("blue", 1000), Pool("green", 1001));
        F5VirtualServers servers = (await F5Range.ConnectAsync(device.ControlUri)).VirtualServers;
        device.Faults.Add(new Fault(Enum.Parse<FaultKind>(kind)) { Method = method, PathPrefix = path });

        await servers.SetPoolAsync(["/Common/vs_http", "/Common/vs_https"], "green", allowEmptyPool: false, Cancelled);

        device.Faults.Pending.ShouldBeEmpty();
        (await servers.GetAsync(partition: null, Cancelled)).ShouldAllBe(one => one.Pool == "green");
    }

    [Fact]
    public async Task A_pool_in_which_nobody_serves_is_refused_unless_it_may_be_empty()
    {
        await using BigIpSimulator device = await StartAsync(Pool("blue", 1000), Pool("green"));
        F5VirtualServers servers = (await F5Range.ConnectAsync(device.ControlUri)).VirtualServers;

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => servers.SetPoolAsync(["/Common/vs_http"], "green", allowEmptyPool: false, Cancelled));

        error.Id.ShouldBe(ErrorId.NoServingMember);
        device.RequestLog.Writes.ShouldBeEmpty();
        (await servers.SetPoolAsync(["/Common/vs_http"], "green", allowEmptyPool: true, Cancelled))[0].Pool.ShouldBe("green");
    }

    [Theory]
    [InlineData("/Common/VS_HTTP", "green", ErrorId.VirtualServerNotFound)]
    [InlineData("/Common/vs_http", "Green", ErrorId.PoolNotFound)]
    public async Task Names_are_case_sensitive(string name, string pool, ErrorId id)
    {
        await using BigIpSimulator device = await StartAsync(Pool("blue", 1000), Pool("green", 1001));
        F5VirtualServers servers = (await F5Range.ConnectAsync(device.ControlUri)).VirtualServers;
        (await Should.ThrowAsync<AppStatusException>(() => servers.SetPoolAsync([name], pool, allowEmptyPool: false, Cancelled))).Id.ShouldBe(id);
        device.RequestLog.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_standby_unit_keeps_its_virtual_servers()
    {
        await using BigIpSimulator device = await StartAsync(Pool("blue", 1000), Pool("green", 1001));
        F5VirtualServers servers = (await F5Range.ConnectAsync(device.ControlUri)).VirtualServers;
        device.SetStandby(true);
        (await Should.ThrowAsync<AppStatusException>(() => servers.SetPoolAsync(["/Common/vs_http"], "green", allowEmptyPool: false, Cancelled))).Id.ShouldBe(ErrorId.StandbyUnit);
        device.RequestLog.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_switch_that_is_answered_but_not_there_is_not_confirmed()
    {
        await using BigIpSimulator device = await StartAsync(Pool("blue", 1000), Pool("green", 1001));
        F5VirtualServers servers = (await F5Range.ConnectAsync(device.ControlUri)).VirtualServers;
        device.Faults.Add(new Fault(FaultKind.NoEffect) { Method = "PATCH" });
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => servers.SetPoolAsync(["/Common/vs_http"], "green", allowEmptyPool: false, Cancelled));
        error.Id.ShouldBe(ErrorId.WriteNotConfirmed);
        error.Message.ShouldContain("has pool blue");
    }

    [Theory]
    [InlineData("17.1.1")]
    [InlineData("11.6.5")]
    public async Task Virtual_servers_cost_two_requests_and_show_what_may_choose_another_pool(string version)
    {
        VirtualServerConfiguration[] many = [.. Enumerable.Range(1, 30).Select(i => new VirtualServerConfiguration { Name = $"vs_{i:00}", Partition = "Sales", Pool = "/Common/blue" })];
        await using BigIpSimulator device = await StartAsync(version, [Pool("blue", 1000)],
            [new VirtualServerConfiguration { Name = "vs_http", Pool = "blue", Rules = ["/Common/choose"], Policies = ["by_host", "/Sales/by_path"], Persistence = "cookie" }, new VirtualServerConfiguration { Name = "vs_bare" }, .. many]);
        F5VirtualServers servers = (await F5Range.ConnectAsync(device.ControlUri)).VirtualServers;
        long before = device.RequestLog.Count;

        IReadOnlyList<F5VirtualServer> all = await servers.GetAsync(partition: null, Cancelled);

        (device.RequestLog.Count - before).ShouldBe(2);
        all.Count.ShouldBe(32);
        F5VirtualServer http = all.Single(one => one.Name == "vs_http");
        http.Rules.ShouldBe(["/Common/choose"]);
        http.Policies.ShouldBe(["/Common/by_host", "/Sales/by_path"]);
        all.Single(one => one.Name == "vs_bare").Policies.ShouldBeEmpty();
        http.Persistence.ShouldBe(["cookie"]);
        http.Connections.ShouldBe(0);
        http.Availability.ShouldBe("available");
        http.Destination.ShouldStartWith("127.0.0.1:");
        all.Single(one => one.Name == "vs_bare").Pool.ShouldBeEmpty();
        (await servers.GetAsync("Sales", Cancelled)).Select(one => one.FullPath).ShouldBe(many.Select(one => $"/Sales/{one.Name}"));
    }

    private static PoolConfiguration Pool(string name, params int[] ports) =>
        new() { Name = name, Members = [.. ports.Select(port => new MemberConfiguration { Address = $"127.0.0.1:{port}" })] };

    private static Task<BigIpSimulator> StartAsync(params PoolConfiguration[] pools) =>
        StartAsync("17.1.1", pools, [new VirtualServerConfiguration { Name = "vs_http", Pool = "blue" }, new VirtualServerConfiguration { Name = "vs_https", Pool = "blue" }]);

    private static Task<BigIpSimulator> StartAsync(string version, PoolConfiguration[] pools, VirtualServerConfiguration[] servers) => BigIpSimulator.StartAsync(
        new BigIpConfiguration { User = F5Range.User, Password = F5Range.Password, Version = version, Pools = pools, VirtualServers = servers }, Cancelled);
}
