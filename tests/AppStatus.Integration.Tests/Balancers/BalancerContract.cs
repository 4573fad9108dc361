using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers;

/// <summary>What a strategy relies on, whatever the balancer.</summary>
public abstract class BalancerContract
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Starts a pool of so many members; the first <paramref name="running"/> of them have an instance that is up.</summary>
    private protected abstract Task<IBalancerRange> StartRangeAsync(int members, int running);

    [Fact]
    public async Task Members_are_listed_with_what_is_known_of_them()
    {
        await using IBalancerRange range = await StartHealthyAsync(3);

        IReadOnlyList<PoolMember> members = await range.Balancer.GetMembersAsync(range.Pool, Cancelled);

        members.Select(member => member.Name).ShouldBe(range.Instances.Keys, ignoreOrder: true);
        foreach (PoolMember member in members)
        {
            member.Port.ShouldBe(range.Instances[member.Name].Port);
            member.Address.ShouldBe(range.Instances[member.Name].Address);
            member.Pool.ShouldBe(range.Pool);
            member.Balancer.ShouldBe(range.Balancer.Id);
            member.State.ShouldBe(TrafficState.Enabled);
            member.Health.ShouldBe(range.HealthOfServing);
            member.Serving.ShouldBeTrue();
            member.Connections.ShouldBe(Counts(range) ? 0 : null);
            member.Weight.HasValue.ShouldBe(HasWeights(range));
            member.Share.ShouldNotBeNull().ShouldBe(100.0 / 3, 0.01);
            member.Source.ShouldBeSameAs(range.Balancer);
        }
    }

    [Fact]
    public async Task Every_membership_of_an_address_is_found_as_its_pool_has_it()
    {
        await using IBalancerRange range = await StartHealthyAsync(3);

        string[] addresses = [.. range.Instances.Values.Select(instance => instance.Address).Distinct()];
        (await range.Balancer.FindMembersAsync(addresses, Cancelled)).ShouldBe(await ReadAsync(range), ignoreOrder: true);
        (await range.Balancer.FindMembersAsync(["192.0.2.1"], Cancelled)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(TrafficState.Draining)]
    [InlineData(TrafficState.Offline)]
    public async Task A_state_is_set_read_back_and_taken_back(TrafficState state)
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember before = await FirstAsync(range);

        PoolMember written = await range.Balancer.SetStateAsync(before, state, Cancelled);
        written.State.ShouldBe(state);
        written.Serving.ShouldBeFalse();
        PoolMember read = await FirstAsync(range);
        read.State.ShouldBe(state);
        read.Serving.ShouldBeFalse();
        (await ReadAsync(range)).Single(member => member.Name != before.Name).Share.ShouldBe(100);

        (await range.Balancer.SetStateAsync(read, TrafficState.Enabled, Cancelled)).State.ShouldBe(TrafficState.Enabled);
        await EventuallyServingAsync(range);
    }

    [Fact]
    public async Task Setting_the_state_that_is_there_already_succeeds()
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember member = await FirstAsync(range);
        await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);

        (await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled)).State.ShouldBe(TrafficState.Draining);
    }

    [Fact]
    public async Task A_drained_member_finishes_what_it_has_and_gets_nothing_new()
    {
        await using IBalancerRange range = await StartHealthyAsync(3);
        using var users = new PoolUsers(range.Entry);
        Task<string> held = users.GetAsync("/hold", Cancelled);
        TestInstance busy = await Eventually.GetAsync(() => Task.FromResult(range.Instances.Values.FirstOrDefault(instance => instance.Held > 0)),
            instance => instance is not null, "a held request") ?? throw new InvalidOperationException();
        PoolMember member = (await ReadAsync(range)).Single(candidate => range.Instances[candidate.Name] == busy);
        if (Counts(range)) await Eventually.GetAsync(() => ReadAsync(range, member.Name), read => read.Connections > 0, "a counted connection");

        await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        HashSet<string> answered = [];
        for (int i = 0; i < 30; i++) answered.Add(await users.GetAsync("/", Cancelled));

        answered.ShouldBe(range.Instances.Values.Where(instance => instance != busy).Select(instance => instance.Name), ignoreOrder: true);
        // Where they are not counted, the drain is not over: that would be 0.
        (await ReadAsync(range, member.Name)).Connections.ShouldNotBe(0);
        held.IsCompleted.ShouldBeFalse();
        busy.Release();
        (await held).ShouldBe(busy.Name);
        if (Counts(range)) await Eventually.GetAsync(() => ReadAsync(range, member.Name), read => read.Connections == 0, "no connection left");
    }

    [Fact]
    public async Task A_weight_is_set_and_read_back()
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        if (!HasWeights(range))
        {
            await RefusesWeightsAsync(range);
            return;
        }

        PoolMember member = await FirstAsync(range);
        member.Weight.ShouldNotBe(range.OtherWeight);

        PoolMember written = await range.Balancer.SetWeightAsync(member, range.OtherWeight, Cancelled);

        written.Weight.ShouldBe(range.OtherWeight);
        IReadOnlyList<PoolMember> members = await ReadAsync(range);
        members.Single(read => read.Name == member.Name).Weight.ShouldBe(range.OtherWeight);
        members.Single(read => read.Name != member.Name).Weight.ShouldBe(member.Weight);
        members.Single(read => read.Name == member.Name).Share.ShouldNotBeNull()
            .ShouldBe(100.0 * range.OtherWeight / (range.OtherWeight + member.Weight!.Value), 0.01);
    }

    [Fact]
    public async Task Weights_make_the_shares_that_users_see()
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember heavy = await FirstAsync(range);
        if (HasWeights(range)) heavy = await range.Balancer.SetWeightAsync(heavy, range.OtherWeight, Cancelled);
        using var users = new PoolUsers(range.Entry);

        const int requests = 80;
        int atHeavy = 0;
        for (int i = 0; i < requests; i++)
        {
            if (await users.GetAsync("/", Cancelled) == range.Instances[heavy.Name].Name) atHeavy++;
        }

        double expected = requests * heavy.Share!.Value / 100;
        ((double)atHeavy).ShouldBe(expected, tolerance: requests * 0.1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100_000)]
    public async Task A_weight_out_of_range_is_refused(int weight)
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember member = await FirstAsync(range);

        (await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetWeightAsync(member, weight, Cancelled))).Id.ShouldBe(HasWeights(range) ? ErrorId.InvalidArgument : ErrorId.NotSupported);

        (await ReadAsync(range, member.Name)).Weight.ShouldBe(member.Weight);
    }

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
        PoolMember unknown = member with { Name = member.Name.Replace(member.Name[^1], '9') + "9" };

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetStateAsync(unknown, TrafficState.Draining, Cancelled));

        error.Id.ShouldBe(ErrorId.MemberNotFound);
        error.Message.ShouldContain(unknown.Name);
        (await FirstAsync(range)).State.ShouldBe(TrafficState.Enabled);
    }

    [Fact]
    public async Task An_answer_that_is_lost_after_the_effect_is_asked_for_again()
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember member = await FirstAsync(range);

        range.LoseNextAnswer();
        (await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled)).State.ShouldBe(TrafficState.Draining);

        range.AnswerWasLost.ShouldBeTrue();
        (await FirstAsync(range)).State.ShouldBe(TrafficState.Draining);
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
    public async Task Two_hundred_members_cost_no_more_than_two()
    {
        int few = await CountRoundTripsAsync(2);
        int many = await CountRoundTripsAsync(200);
        many.ShouldBe(few);
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

    private static bool Counts(IBalancerRange range) => range.Balancer.Capabilities.HasFlag(BalancerCapabilities.ConnectionCounts);

    private static bool HasWeights(IBalancerRange range) => range.Balancer.Capabilities.HasFlag(BalancerCapabilities.Weights);

    private static async Task RefusesWeightsAsync(IBalancerRange range)
    {
        PoolMember member = await FirstAsync(range);
        (await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetWeightAsync(member, range.OtherWeight, Cancelled))).Id.ShouldBe(ErrorId.NotSupported);
        (await FirstAsync(range)).Weight.ShouldBeNull();
    }

    private async Task<int> CountRoundTripsAsync(int members)
    {
        await using IBalancerRange range = await StartRangeAsync(members, running: 1);
        int before = range.RoundTrips;
        (await ReadAsync(range)).Count.ShouldBe(members);
        return range.RoundTrips - before;
    }

    private async Task<IBalancerRange> StartHealthyAsync(int members)
    {
        IBalancerRange range = await StartRangeAsync(members, running: members);
        await EventuallyServingAsync(range);
        return range;
    }

    private static Task EventuallyServingAsync(IBalancerRange range) =>
        Eventually.GetAsync(() => ReadAsync(range), members => members.All(member => member.Serving), "all members serving");

    private static Task<IReadOnlyList<PoolMember>> ReadAsync(IBalancerRange range) => range.Balancer.GetMembersAsync(range.Pool, Cancelled);

    private static async Task<PoolMember> ReadAsync(IBalancerRange range, string name) => (await ReadAsync(range)).Single(member => member.Name == name);

    private static async Task<PoolMember> FirstAsync(IBalancerRange range) => (await ReadAsync(range))[0];
}
