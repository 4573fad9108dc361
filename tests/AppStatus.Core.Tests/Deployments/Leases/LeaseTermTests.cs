using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Deployments.Leases;

public sealed class LeaseTermTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void It_counts_from_before_the_renewal_was_sent()
    {
        var term = new LeaseTerm(TimeSpan.FromSeconds(30), _time);
        long sentAt = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(4));

        term.Renew(sentAt);

        term.Left.ShouldBe(TimeSpan.FromSeconds(25.7), "30 s, less a hundredth, less the 4 s that the answer took");
    }

    [Fact]
    public void It_is_valid_for_less_than_is_left()
    {
        var term = new LeaseTerm(TimeSpan.FromSeconds(10), _time);
        term.Renew(_time.GetTimestamp());

        term.IsValidFor(TimeSpan.FromSeconds(9.8)).ShouldBeTrue();
        term.IsValidFor(TimeSpan.FromSeconds(9.9)).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(5));
        term.IsValidFor(TimeSpan.FromSeconds(5)).ShouldBeFalse();
        term.IsValidFor(TimeSpan.FromSeconds(4)).ShouldBeTrue();
    }

    [Fact]
    public void Once_it_has_run_out_it_is_valid_for_nothing()
    {
        var term = new LeaseTerm(TimeSpan.FromSeconds(10), _time);
        term.IsValidFor(TimeSpan.Zero).ShouldBeFalse("nothing was acquired yet");
        term.Renew(_time.GetTimestamp());
        _time.Advance(TimeSpan.FromSeconds(9.9));

        term.IsValidFor(TimeSpan.Zero).ShouldBeFalse();
        term.IsValidFor(TimeSpan.FromSeconds(-1)).ShouldBeFalse();
    }

    [Fact]
    public void Ended_it_is_valid_for_nothing()
    {
        var term = new LeaseTerm(TimeSpan.FromSeconds(10), _time);
        term.Renew(_time.GetTimestamp());

        term.End();

        term.IsValidFor(TimeSpan.Zero).ShouldBeFalse();
    }
}
