namespace AppStatus.Integration.Tests.Balancers.Elb;

public sealed class TargetGroupContractTests : BalancerContract
{
    private protected override string Row => "AWS ELB, target group";

    // Long enough for what a test does meanwhile: a drain ends by time alone.
    private protected override async Task<IBalancerRange> StartRangeAsync(int members, int running) => await ElbRange.StartAsync(members, running, delay: 8);
}

public sealed class ClassicElbContractTests : BalancerContract
{
    private protected override string Row => "AWS ELB, classic";

    private protected override async Task<IBalancerRange> StartRangeAsync(int members, int running) => await ElbRange.StartAsync(members, running, classic: true);
}
