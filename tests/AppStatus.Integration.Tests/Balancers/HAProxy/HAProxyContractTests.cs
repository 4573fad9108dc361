namespace AppStatus.Integration.Tests.Balancers.HAProxy;

public sealed class HAProxyContractTests : BalancerContract
{
    private protected override string Row => "HAProxy";

    private protected override async Task<IBalancerRange> StartRangeAsync(int members, int running) => await HAProxyRange.StartAsync(members, running);
}
