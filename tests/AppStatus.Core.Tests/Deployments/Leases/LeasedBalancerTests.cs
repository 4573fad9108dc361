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
        else (await Should.ThrowAsync<AppStatusException>(balancer.SetStateAsync(Given.Member(1), TrafficState.Draining, CancellationToken.None))).Id.ShouldBe(ErrorId.LeaseLost);
        _balancer.Written.Count.ShouldBe(passes ? 1 : 0);
        if (!passes) (await Should.ThrowAsync<AppStatusException>(balancer.SetWeightAsync(Given.Member(1), 5, CancellationToken.None))).Id.ShouldBe(ErrorId.LeaseLost);
    }

    [Fact]
    public async Task A_write_that_outlasts_the_lease_is_cut_off_with_it()
    {
        using var lost = new CancellationTokenSource();
        var balancer = new LeasedBalancer(new StuckBalancer(), new LeaseOf(TimeSpan.FromMinutes(1), lost.Token));
        Task<PoolMember> write = balancer.SetStateAsync(Given.Member(1), TrafficState.Draining, CancellationToken.None);
        write.IsCompleted.ShouldBeFalse();
        lost.Cancel();
        (await Should.ThrowAsync<AppStatusException>(write)).Id.ShouldBe(ErrorId.LeaseLost);
    }

    private sealed class StuckBalancer : IBalancer
    {
        public string Id => "lb1";

        public BalancerCapabilities Capabilities => BalancerCapabilities.None;

        public Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return member;
        }

        public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class LeaseOf(TimeSpan left, CancellationToken lost = default) : ILease
    {
        public IReadOnlyList<string> Keys => [];

        public long Token => 1;

        public LeaseHolder Holder => throw new NotSupportedException();

        public LeaseHolder? TakenOverFrom => null;

        public Task NameAsync(string deploymentId, CancellationToken cancellationToken) => Task.CompletedTask;

        public CancellationToken Lost => lost;

        public bool IsValidFor(TimeSpan duration) => left > duration;

        public ValueTask DisposeAsync() => default;
    }
}
