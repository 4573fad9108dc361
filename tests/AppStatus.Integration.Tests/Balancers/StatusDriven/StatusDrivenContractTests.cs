namespace AppStatus.Integration.Tests.Balancers.StatusDriven;

public sealed class ObservedStatusContractTests : BalancerContract
{
    private protected override string Row => "Status, with a balancer that is read";

    private protected override async Task<IBalancerRange> StartRangeAsync(int members, int running) => await StatusDrivenRange.StartAsync(members, running, observed: true);
}

public sealed class UnobservedStatusContractTests : BalancerContract
{
    private protected override string Row => "Status alone";

    private protected override async Task<IBalancerRange> StartRangeAsync(int members, int running) => await StatusDrivenRange.StartAsync(members, running, observed: false);
}
