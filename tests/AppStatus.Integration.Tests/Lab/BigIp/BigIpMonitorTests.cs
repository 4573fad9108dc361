using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Integration.Tests.Lab.BigIp;

public sealed class BigIpMonitorTests
{
    [Fact]
    public async Task Members_follow_their_status_into_traffic_and_out_of_it()
    {
        await using var member = await HeldMember.StartAsync("one");
        member.Status = "stand-by";
        await using var device = await StartAsync(member.Address);
        using var control = BigIpClient.Admin(device);
        await HealthAsync(device, member.Address, MemberHealth.Down);

        member.Status = "ready";
        await HealthAsync(device, member.Address, MemberHealth.Up);
        var read = (await control.GetAsync(BigIpClient.MemberPath("web", member.Address))).Json;
        read["state"]!.GetValue<string>().ShouldBe("up");
        read["session"]!.GetValue<string>().ShouldBe("monitor-enabled");

        member.Status = "stage";
        await HealthAsync(device, member.Address, MemberHealth.Down);
    }

    [Fact]
    public async Task A_member_nobody_has_reached_yet_is_checking_and_one_that_is_dead_goes_down()
    {
        await using var device = await StartAsync($"127.0.0.1:{FreePort.Take()}", timeout: 3600);
        await using var impatient = await StartAsync($"127.0.0.1:{FreePort.Take()}");

        await HealthAsync(impatient, impatient.State.Pools.Values.Single().Members.Keys.Single().Name, MemberHealth.Down);

        device.Member("web", device.State.Pools.Values.Single().Members.Keys.Single().Name).Health.ShouldBe(MemberHealth.Checking);
    }

    [Fact]
    public async Task A_pool_with_two_monitors_needs_both_and_with_min_1_either()
    {
        await using var member = await HeldMember.StartAsync("one");
        await using var device = await StartAsync(member.Address);
        using var control = BigIpClient.Admin(device);

        await control.PatchAsync("/mgmt/tm/ltm/pool/~Common~web", """{"monitor":"/Common/is-ready and /Common/is-stage"}""");
        await HealthAsync(device, member.Address, MemberHealth.Down);
        await control.PatchAsync("/mgmt/tm/ltm/pool/~Common~web", """{"monitor":"min 1 of { is-ready is-stage }"}""");
        await HealthAsync(device, member.Address, MemberHealth.Up);
    }

    [Fact]
    public async Task Two_pools_over_the_same_hosts_split_them_by_status()
    {
        await using var production = await HeldMember.StartAsync("one");
        await using var test = await HeldMember.StartAsync("two");
        test.Status = "stage";
        var members = new[] { production, test }.Select(member => new MemberConfiguration { Address = member.Address }).ToArray();
        await using var device = await Devices.StartAsync(new BigIpConfiguration
        {
            Monitors = Monitors(timeout: 0.2),
            Pools = [new PoolConfiguration { Name = "live", Monitor = "is-ready", Members = members }, new PoolConfiguration { Name = "test", Monitor = "is-stage", Members = members }],
        });

        await Eventually.TrueAsync(
            () => members.Select(member => (device.Member("live", member.Address).Health, device.Member("test", member.Address).Health))
                .SequenceEqual([(MemberHealth.Up, MemberHealth.Down), (MemberHealth.Down, MemberHealth.Up)]),
            "each host is up in the pool of its status, and down in the other");
    }

    [Fact]
    public async Task A_forced_offline_member_reads_user_down_whatever_its_monitor_finds()
    {
        await using var member = await HeldMember.StartAsync("one");
        await using var device = await StartAsync(member.Address);
        using var control = BigIpClient.Admin(device);
        await HealthAsync(device, member.Address, MemberHealth.Up);

        var read = await control.PatchAsync(BigIpClient.MemberPath("web", member.Address), """{"state":"user-down","session":"user-disabled"}""");

        read.Json["state"]!.GetValue<string>().ShouldBe("user-down");
        read.Json["session"]!.GetValue<string>().ShouldBe("user-disabled");
    }

    private static Task<BigIpSimulator> StartAsync(string address, double timeout = 0.2) => Devices.StartAsync(new BigIpConfiguration
    {
        Monitors = Monitors(timeout),
        Pools = [new PoolConfiguration { Name = "web", Monitor = "is-ready", Members = [new MemberConfiguration { Address = address }] }],
    });

    private static MonitorConfiguration[] Monitors(double timeout) =>
    [
        new MonitorConfiguration { Name = "is-ready", Recv = "\"ready\"", Interval = 0.05, Timeout = timeout },
        new MonitorConfiguration { Name = "is-stage", Recv = "\"stage\"", Interval = 0.05, Timeout = timeout },
    ];

    private static Task HealthAsync(BigIpSimulator device, string member, MemberHealth health) =>
        Eventually.TrueAsync(() => device.Member("web", member).Health == health, $"{member} is {health}");
}
