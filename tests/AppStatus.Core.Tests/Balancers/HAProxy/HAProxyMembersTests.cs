using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.HAProxy;

namespace AppStatus.Core.Tests.Balancers.HAProxy;

public sealed class HAProxyMembersTests
{
    private static readonly HAProxyServer Healthy = new()
    {
        Name = "a", Address = "10.0.0.1", Port = 80, OperationalState = 2, Weight = 10, Status = "UP", CheckStatus = "L7OK", Connections = 3,
    };

    [Theory]
    [InlineData("UP", "L7OK", MemberHealth.Up, true)]
    [InlineData("UP", "* L7OK", MemberHealth.Up, true)] // the next check is running
    [InlineData("UP", "L4OK", MemberHealth.Up, true)]
    [InlineData("UP", "INI", MemberHealth.Unknown, false)] // never checked yet
    [InlineData("UP", "L7STS", MemberHealth.Unknown, false)]
    [InlineData("UP 1/3", "L7OK", MemberHealth.Unknown, false)]
    [InlineData("UP 1/3", "L7STS", MemberHealth.Unknown, false)]
    [InlineData("NOLB", "L7OKC", MemberHealth.Unknown, false)]
    [InlineData("DOWN", "L4CON", MemberHealth.Down, false)]
    [InlineData("DOWN 1/2", "L7OK", MemberHealth.Down, false)]
    [InlineData("DOWN (agent)", "L7OK", MemberHealth.Down, false)]
    [InlineData("no check", "", MemberHealth.Unknown, true)]
    [InlineData("", "", MemberHealth.Unknown, false)] // no statistics
    public void Up_is_exactly_up_with_a_check_that_has_passed(string status, string check, MemberHealth health, bool serving)
    {
        PoolMember member = Map(Healthy with { Status = status, CheckStatus = check });
        member.Health.ShouldBe(health);
        member.Serving.ShouldBe(serving);
    }

    [Fact]
    public void A_draining_server_that_is_down_is_draining_and_down()
    {
        PoolMember member = Map(Healthy with { Admin = 0x08, Status = "DOWN", CheckStatus = "L4CON", OperationalState = 0 });
        member.State.ShouldBe(TrafficState.Draining);
        member.Health.ShouldBe(MemberHealth.Down);
    }

    [Fact]
    public void A_draining_server_keeps_its_health_and_does_not_serve()
    {
        PoolMember member = Map(Healthy with { Admin = 0x08, Status = "DRAIN" });
        member.Health.ShouldBe(MemberHealth.Up);
        member.Serving.ShouldBeFalse();
    }

    [Fact]
    public void Weight_0_shows_UP_but_does_not_serve()
    {
        PoolMember member = Map(Healthy with { Weight = 0 });
        member.State.ShouldBe(TrafficState.Enabled);
        member.Serving.ShouldBeFalse();
        member.HealthReason.ShouldContain("weight 0");
    }

    [Fact]
    public void A_server_in_slow_start_does_not_count_yet() => Map(Healthy with { Throttled = true }).Serving.ShouldBeFalse();

    [Fact]
    public void Backups_wait_while_another_server_can_take_requests()
    {
        HAProxyServer[] servers = [Healthy, Healthy with { Name = "b", Backup = true }];
        HAProxyMembers.Of(servers, "web", "id").Select(member => member.Serving).ShouldBe([true, false]);
    }

    [Fact]
    public void Only_the_first_backup_takes_over()
    {
        HAProxyServer[] servers = [Healthy with { Admin = 0x08, Status = "DRAIN" }, Healthy with { Name = "b", Backup = true }, Healthy with { Name = "c", Backup = true }];
        HAProxyMembers.Of(servers, "web", "id").Select(member => member.Serving).ShouldBe([false, true, false]);
    }

    [Fact]
    public void The_name_that_was_configured_is_the_computer_name()
    {
        Map(Healthy with { Fqdn = "web01.example" }).ComputerName.ShouldBe("web01.example");
        Map(Healthy).ComputerName.ShouldBe("10.0.0.1");
        Map(Healthy with { Fqdn = "web01.example", Address = "" }).Address.ShouldBe("web01.example");
    }

    [Fact]
    public void Rows_are_joined_and_queued_requests_count()
    {
        HAProxyServer server = HAProxyServer.Of(
            new Dictionary<string, string> { ["srv_name"] = "a", ["srv_addr"] = "::1", ["srv_port"] = "8080", ["srv_admin_state"] = "8", ["srv_op_state"] = "2", ["srv_uweight"] = "7", ["srv_fqdn"] = "-" },
            new Dictionary<string, string> { ["scur"] = "3", ["qcur"] = "2", ["status"] = "DRAIN", ["check_status"] = "L7OK", ["check_code"] = "200", ["last_chk"] = "OK", ["throttle"] = "40", ["bck"] = "1" });

        server.ShouldBe(new HAProxyServer
        {
            Name = "a", Address = "::1", Port = 8080, Admin = 8, OperationalState = 2, Weight = 7, Status = "DRAIN", CheckStatus = "L7OK",
            CheckDetail = "L7OK/200 OK", Throttled = true, Backup = true, Connections = 5,
        });
    }

    private static PoolMember Map(HAProxyServer server) => HAProxyMembers.Of([server], "web", "id").ShouldHaveSingleItem();
}
