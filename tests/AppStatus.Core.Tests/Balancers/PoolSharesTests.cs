using AppStatus.Core.Balancers;

namespace AppStatus.Core.Tests.Balancers;

public sealed class PoolSharesTests
{
    [Fact]
    public void Weights_of_serving_members_make_the_shares() => Shares((30, true), (10, true), (60, false)).ShouldBe([75, 25, 0]);

    [Fact]
    public void Without_weights_all_serving_members_have_the_same() => Shares((null, true), (null, true), (null, false)).ShouldBe([50, 50, 0]);

    [Fact]
    public void Where_nothing_serves_nobody_has_a_share() => Shares((10, false), (10, false)).ShouldBe([0, 0]);

    private static double?[] Shares(params (int? Weight, bool Serving)[] members) => [.. members.Select(entry =>
        new PoolMember { Name = "a", Pool = "web", Address = "10.0.0.1", Port = 80, Balancer = "id", Weight = entry.Weight, Serving = entry.Serving })
        .ToList().WithShares().Select(member => member.Share)];
}
