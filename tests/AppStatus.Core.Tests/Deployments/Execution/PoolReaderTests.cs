using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Deployments.Execution;

public sealed class PoolReaderTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task A_look_tells_when_it_began_and_when_it_was_answered()
    {
        Task<PoolObservation> look = Reader(new SlowBalancer("lb1", _clock, Given.Pool(2))).ObserveAsync([Given.Web], CancellationToken.None);
        PoolObservation observation = await _clock.RunAsync(look, TimeSpan.FromMinutes(1));

        observation.Fault.ShouldBeNull();
        observation.ReadAt.ShouldBe(_clock.GetUtcNow() - SlowBalancer.Latency);
        observation.AnsweredAt.ShouldBe(_clock.GetUtcNow());
        observation.Members[Given.Web].Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pool_that_cannot_be_read_is_missing_and_named_and_the_others_are_there(bool foreseen)
    {
        Exception failure = foreseen ? new AppStatusException(ErrorId.Unreachable, "lb2 is gone.") : new InvalidOperationException("a fault in a driver");
        PoolReader reader = Reader(new SlowBalancer("lb1", _clock, Given.Pool(2)), new SlowBalancer("lb2", _clock, [], failure));

        PoolObservation observation = await _clock.RunAsync(reader.ObserveAsync([Given.Web, new PoolKey("lb2", "web")], CancellationToken.None), TimeSpan.FromMinutes(1));

        observation.Members.Keys.ShouldBe([Given.Web]);
        observation.Fault.ShouldNotBeNull().Message.ShouldContain(failure.Message);
    }

    [Fact]
    public async Task A_member_that_someone_removed_is_named()
    {
        PoolReader reader = Reader(new SlowBalancer("lb1", _clock, Given.Pool(2)));
        Lane lane = Given.Plan(Given.Options, Given.Pool(3)).Waves[0].Lanes[2];

        AppStatusException failure = await Should.ThrowAsync<AppStatusException>(_clock.RunAsync(reader.ReadMembersAsync(lane.Memberships, CancellationToken.None), TimeSpan.FromMinutes(1)));
        (failure.Id, failure.Message).ShouldBe((ErrorId.MemberNotFound, "Member web03 is no longer in pool web: someone removed it during the deployment."));
    }

    private PoolReader Reader(params SlowBalancer[] balancers) => new(balancers.ToDictionary(balancer => balancer.Id, balancer => (IBalancer)balancer), _clock);

    private sealed class SlowBalancer(string id, TimeProvider time, IReadOnlyList<PoolMember> members, Exception? failure = null) : IBalancer
    {
        public static readonly TimeSpan Latency = TimeSpan.FromSeconds(3);

        public string Id => id;

        public BalancerCapabilities Capabilities => BalancerCapabilities.None;

        public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
        {
            await time.DelayAsync(Latency, cancellationToken);
            return failure is null ? members : throw failure;
        }

        public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
