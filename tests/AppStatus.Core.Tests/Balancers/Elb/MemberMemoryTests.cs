using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Elb;

namespace AppStatus.Core.Tests.Balancers.Elb;

public sealed class MemberMemoryTests
{
    private readonly MemberMemory _memory = new();

    [Fact]
    public void One_that_was_taken_out_keeps_its_state_and_its_place()
    {
        Complete(Member(1), Member(2));
        _memory.TakeOut(Member(1), TrafficState.Offline);

        Complete(Member(1) with { State = TrafficState.Draining }, Member(2)).ShouldBe(["i-1:80 Offline", "i-2:80 Enabled"]);
        Complete(Member(2)).ShouldBe(["i-1:80 Offline gone", "i-2:80 Enabled"]);
    }

    [Fact]
    public void One_that_is_registered_again_is_forgotten()
    {
        _memory.TakeOut(Member(1), TrafficState.Draining);
        Complete(Member(1));

        Complete().ShouldBeEmpty();
    }

    [Fact]
    public void One_that_vanishes_without_a_drain_was_removed()
    {
        Complete(Member(1), Member(2));

        Complete(Member(2)).ShouldBe(["i-2:80 Enabled"]);
    }

    [Fact]
    public void A_reading_that_began_before_a_change_does_not_undo_it()
    {
        long asked = _memory.Now;
        _memory.TakeOut(Member(1), TrafficState.Draining);
        _memory.Complete("web", asked, [Member(1)], Gone);

        Complete().ShouldBe(["i-1:80 Draining gone"]);
    }

    [Fact]
    public void What_a_journal_knows_was_drained_unless_it_is_listed()
    {
        _memory.Learn([Member(1), Member(2), Member(3) with { State = TrafficState.Offline }, Member(4) with { Pool = "other" }]);

        Complete(Member(1)).ShouldBe(["i-1:80 Enabled", "i-2:80 Draining gone", "i-3:80 Offline gone"]);
    }

    private IEnumerable<string> Complete(params PoolMember[] listed) =>
        _memory.Complete("web", _memory.Now, listed, Gone).Select(member => $"{member.Name} {member.State} {member.HealthReason}".TrimEnd());

    private static PoolMember Gone(PoolMember member) => member with { HealthReason = "gone" };

    private static PoolMember Member(int number) => new() { Name = $"i-{number}:80", Pool = "web", Address = $"10.0.0.{number}", Port = 80, Balancer = "elb:here" };
}
