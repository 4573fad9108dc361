using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;

namespace AppStatus.Core.Tests.Balancers.F5;

public sealed class F5MemberTests
{
    [Theory]
    [InlineData("user-enabled", "up", TrafficState.Enabled, MemberHealth.Up)]
    [InlineData("monitor-enabled", "up", TrafficState.Enabled, MemberHealth.Up)]
    [InlineData("monitor-enabled", "down", TrafficState.Enabled, MemberHealth.Down)]
    [InlineData("monitor-enabled", "checking", TrafficState.Enabled, MemberHealth.Unknown)]
    [InlineData("user-enabled", "unchecked", TrafficState.Enabled, MemberHealth.Unknown)]
    [InlineData("user-disabled", "up", TrafficState.Draining, MemberHealth.Up)]
    [InlineData("user-disabled", "unchecked", TrafficState.Draining, MemberHealth.Unknown)]
    [InlineData("user-disabled", "down", TrafficState.Draining, MemberHealth.Down)]
    [InlineData("user-disabled", "user-down", TrafficState.Offline, MemberHealth.Unknown)]
    [InlineData("user-enabled", "user-down", TrafficState.Enabled, MemberHealth.Unknown)]
    [InlineData("user-enabled", "node-down", TrafficState.Enabled, MemberHealth.Down)]
    public void State_and_health_are_two_things(string session, string state, TrafficState traffic, MemberHealth health)
    {
        F5Member member = Member(session, state);
        member.State.ShouldBe(traffic);
        member.Health.ShouldBe(health);
    }

    [Theory]
    [InlineData("user-enabled", "up", "available", "enabled", true)]
    [InlineData("monitor-enabled", "up", "unavailable", "enabled", true)] // at its connection limit
    [InlineData("user-enabled", "unchecked", "unknown", "enabled", true)] // has no monitor
    [InlineData("user-enabled", "up", "available", "disabled-by-parent", false)]
    [InlineData("user-enabled", "up", "offline", "enabled", false)]
    [InlineData("user-enabled", "checking", "unknown", "enabled", false)]
    [InlineData("user-enabled", "user-down", "offline", "enabled", false)]
    [InlineData("user-enabled", "user-down", "available", "enabled", false)]
    [InlineData("user-disabled", "up", "available", "disabled", false)]
    [InlineData("user-enabled", "down", "offline", "enabled", false)]
    public void Only_what_can_take_connections_is_available(string session, string state, string availability, string enabled, bool available) =>
        Member(session, state, new F5MemberStatistics { Availability = availability, Enabled = enabled, Connections = 0 }).Available.ShouldBe(available);

    [Fact]
    public void A_member_without_statistics_is_not_available()
    {
        F5Member member = Member("user-enabled", "up");
        member.Available.ShouldBeFalse();
        member.Reason.ShouldContain("no statistics");
    }

    [Theory]
    [InlineData("any6", false, "fqdn-up", true)]
    [InlineData("10.0.0.1", true, "fqdn-up", false)]
    [InlineData("10.0.0.1", false, "up", false)]
    public void An_FQDN_template_is_no_instance(string address, bool ephemeral, string state, bool template) =>
        (Member("user-enabled", state) with { Address = address, Ephemeral = ephemeral }).IsTemplate.ShouldBe(template);

    private static F5Member Member(string session, string state, F5MemberStatistics? statistics = null) =>
        new() { FullPath = "/Common/10.0.0.1:80", Address = "10.0.0.1", Session = session, StateText = state, Statistics = statistics };
}
