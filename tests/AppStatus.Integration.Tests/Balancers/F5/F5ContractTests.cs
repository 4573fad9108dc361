namespace AppStatus.Integration.Tests.Balancers.F5;

public sealed class F5ContractTests : BalancerContract
{
    private protected override string Row => "F5 BIG-IP";

    private protected override async Task<IBalancerRange> StartRangeAsync(int members, int running) => await F5Range.StartAsync(members, running);
}

/// <summary>The oldest shapes that are spoken.</summary>
public sealed class F5Version11ContractTests : BalancerContract
{
    private protected override string Row => "F5 BIG-IP";

    private protected override async Task<IBalancerRange> StartRangeAsync(int members, int running) => await F5Range.StartAsync(members, running, "11.6.5");
}
