using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Deployments.Execution;

namespace AppStatus.Core.Tests.Deployments.Leases;

public sealed class LeasedBalancerTests
{
    private readonly ScriptedBalancer _balancer = new() { Looks = [Given.Pool(1)] };

    [Theory]
    [InlineData(10.001, true)]
    [InlineData(10, false)]
    [InlineData(0, false)]
    public async Task A_write_passes_only_while_the_lease_outlasts_it(double left, bool passes)
    {
        var balancer = new LeasedBalancer(_balancer, new LeaseOf(TimeSpan.FromSeconds(left)));
        (await balancer.GetMembersAsync("web", CancellationToken.None)).Count.ShouldBe(1, "reading needs no lease");
        if (passes) await balancer.SetStateAsync(Given.Member(1), TrafficState.Draining, CancellationToken.None);
        else Should.Throw<AppStatusException>(() => balancer.SetStateAsync(Given.Member(1), TrafficState.Draining, CancellationToken.None)).Id.ShouldBe(ErrorId.LeaseLost);
        _balancer.Written.Count.ShouldBe(passes ? 1 : 0);
        if (!passes) Should.Throw<AppStatusException>(() => balancer.SetWeightAsync(Given.Member(1), 5, CancellationToken.None)).Id.ShouldBe(ErrorId.LeaseLost);
    }

    private sealed class LeaseOf(TimeSpan left) : ILease
    {
        public IReadOnlyList<string> Keys => [];

        public long Token => 1;

        public LeaseHolder Holder => throw new NotSupportedException();

        public LeaseHolder? TakenOverFrom => null;

        public Task NameAsync(string deploymentId, CancellationToken cancellationToken) => Task.CompletedTask;

        public CancellationToken Lost => CancellationToken.None;

        public bool IsValidFor(TimeSpan duration) => left > duration;

        public ValueTask DisposeAsync() => default;
    }
}
