namespace AppStatus.Integration.Tests.Balancers.RedisTable;

public sealed class RedisTableContractTests : BalancerContract
{
    private protected override string Row => "Routing table in Redis";

    private protected override async Task<IBalancerRange> StartRangeAsync(int members, int running) => await RedisTableRange.StartAsync(members, running);
}
