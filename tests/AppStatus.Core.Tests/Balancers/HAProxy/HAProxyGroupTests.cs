using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.HAProxy;

namespace AppStatus.Core.Tests.Balancers.HAProxy;

public sealed class HAProxyGroupTests
{
    private static readonly PoolMember Serving = new()
    {
        Name = "a", Pool = "web", Address = "10.0.0.1", Port = 80, Balancer = "id", Health = MemberHealth.Up, HealthReason = "UP", Connections = 2, Weight = 10, Serving = true,
    };

    [Fact]
    public void Connections_are_summed_and_agreement_is_silent()
    {
        PoolMember member = Merge(Serving, Serving with { Connections = 3 });
        member.Connections.ShouldBe(5);
        member.Serving.ShouldBeTrue();
        member.HealthReason.ShouldBe("UP");
    }

    [Fact]
    public void A_member_that_one_still_sends_requests_to_is_not_drained_and_does_not_serve()
    {
        PoolMember member = Merge(Serving with { State = TrafficState.Draining, Serving = false }, Serving);
        member.State.ShouldBe(TrafficState.Enabled);
        member.Serving.ShouldBeFalse();
        member.HealthReason.ShouldContain("Draining weight 10 UP at A");
        member.HealthReason.ShouldContain("Enabled weight 10 UP at B");
    }

    [Fact]
    public void Down_in_one_is_down() => Merge(Serving, Serving with { Health = MemberHealth.Down }).Health.ShouldBe(MemberHealth.Down);

    [Fact]
    public void Up_in_one_only_is_not_up() => Merge(Serving, Serving with { Health = MemberHealth.Unknown }).Health.ShouldBe(MemberHealth.Unknown);

    [Fact]
    public void A_count_that_one_does_not_know_is_not_known() => Merge(Serving, Serving with { Connections = null }).Connections.ShouldBeNull();

    [Fact]
    public void A_member_that_one_does_not_have_is_listed_and_does_not_serve()
    {
        PoolMember member = HAProxyGroup.Merge([View("A"), View("B", Serving)]).ShouldHaveSingleItem();
        member.Serving.ShouldBeFalse();
        member.HealthReason.ShouldContain("unknown to A");
    }

    private static PoolMember Merge(PoolMember first, PoolMember second) => HAProxyGroup.Merge([View("A", first), View("B", second)]).ShouldHaveSingleItem();

    private static KeyValuePair<string, IReadOnlyList<PoolMember>> View(string at, params PoolMember[] members) => new(at, members);
}
