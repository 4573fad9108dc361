using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers;

/// <summary>What is not there, what is lost, what restarts, what is many.</summary>
public abstract partial class BalancerContract
{
    [Fact]
    public async Task An_unknown_pool_is_named()
    {
        await using IBalancerRange range = await StartHealthyAsync(1);
        string unknown = range.Pool + "_old";

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => range.Balancer.GetMembersAsync(unknown, Cancelled));

        error.Id.ShouldBe(ErrorId.PoolNotFound);
        error.Message.ShouldContain(unknown);
    }

    [Fact]
    public async Task An_unknown_member_is_named()
    {
        await using IBalancerRange range = await StartHealthyAsync(1);
        PoolMember member = await FirstAsync(range);
        PoolMember unknown = range.Unknown(member);

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetStateAsync(unknown, TrafficState.Draining, Cancelled));

        error.Id.ShouldBe(ErrorId.MemberNotFound);
        error.Message.ShouldContain(unknown.Name);
        error.Target.ShouldBe(unknown);
        if (HasWeights(range))
            (await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetWeightAsync(unknown, range.OtherWeight, Cancelled))).Id.ShouldBe(ErrorId.MemberNotFound);
        Steady(await FirstAsync(range)).ShouldBe(Steady(member));
    }

    [Theory]
    [InlineData(TrafficState.Draining)]
    [InlineData(TrafficState.Enabled)]
    public async Task An_answer_that_is_lost_after_the_effect_is_asked_for_again(TrafficState state)
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember member = await FirstAsync(range);
        if (state == TrafficState.Enabled) await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);

        range.LoseNextAnswer(state);
        (await range.Balancer.SetStateAsync(member, state, Cancelled)).State.ShouldBe(state);

        range.AnswerWasLost.ShouldBeTrue();
        if (state == TrafficState.Enabled) await EventuallyServingAsync(range);
        (await ReadAsync(range)).Count(read => read.State == state).ShouldBe(state == TrafficState.Enabled ? 2 : 1);
        (await FirstAsync(range)).State.ShouldBe(state);
    }

    [Fact]
    public async Task A_restart_of_the_balancer_is_waited_for()
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember member = await FirstAsync(range);

        await range.StopAsync();
        Task<IReadOnlyList<PoolMember>> read = range.Balancer.GetMembersAsync(range.Pool, Cancelled);
        Task<PoolMember> write = range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        read.IsCompleted.ShouldBeFalse();
        await range.StartAsync();

        (await read).Count.ShouldBe(2);
        (await write).State.ShouldBe(TrafficState.Draining);
        (await FirstAsync(range)).State.ShouldBe(TrafficState.Draining);
    }

    [Fact]
    public async Task A_restart_in_the_middle_of_a_drain_is_told_as_it_is_and_the_drain_can_be_had_again()
    {
        await using IBalancerRange range = await StartHealthyAsync(3);
        PoolMember member = await FirstAsync(range);
        await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        await range.UntilOutOfTrafficAsync(member.Name);

        await range.StopAsync();
        Task<PoolMember> looking = ReadAsync(range, member.Name);
        await range.StartAsync();

        (await looking).State.ShouldBe(range.KeepsStateOverRestart ? TrafficState.Draining : TrafficState.Enabled);
        (await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled)).State.ShouldBe(TrafficState.Draining);
        await range.UntilOutOfTrafficAsync(member.Name);
        await Eventually.GetAsync(() => ReadAsync(range), members => members.Count(read => read.Serving) == 2, "the others serving");
        using var users = new PoolUsers(range.Entry);
        HashSet<string> answered = [];
        for (int i = 0; i < 30; i++) answered.Add(await users.GetAsync("/", Cancelled));
        answered.ShouldBe(range.Instances.Where(instance => instance.Key != member.Name).Select(instance => instance.Value.Name), ignoreOrder: true);
        await range.Balancer.SetStateAsync(await ReadAsync(range, member.Name), TrafficState.Enabled, Cancelled);
        await EventuallyServingAsync(range);
    }

    [Fact]
    public async Task Two_hundred_members_cost_no_more_than_two()
    {
        (int fewReads, int fewWrites) = await CountRoundTripsAsync(2);
        (int manyReads, int manyWrites) = await CountRoundTripsAsync(200);
        manyReads.ShouldBe(fewReads);
        manyWrites.ShouldBe(fewWrites);
    }

    [Fact]
    public async Task A_read_that_is_cancelled_ends_as_cancelled()
    {
        await using IBalancerRange range = await StartHealthyAsync(1);
        await range.StopAsync();
        using var stop = new CancellationTokenSource();
        Task<IReadOnlyList<PoolMember>> read = range.Balancer.GetMembersAsync(range.Pool, stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => read);
    }

    private async Task<(int Reading, int Writing)> CountRoundTripsAsync(int members)
    {
        await using IBalancerRange range = await StartRangeAsync(members, running: 1);
        int start = range.RoundTrips;
        IReadOnlyList<PoolMember> read = await ReadAsync(range);
        int reading = range.RoundTrips - start;
        read.Count.ShouldBe(members);
        PoolMember member = read.Single(candidate => range.Instances.ContainsKey(candidate.Name));
        start = range.RoundTrips;
        (await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled)).State.ShouldBe(TrafficState.Draining);
        int writing = range.RoundTrips - start;
        reading.ShouldBePositive();
        return (reading, writing);
    }
}
