using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers;

/// <summary>What a strategy relies on, whatever the balancer.</summary>
public abstract partial class BalancerContract
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The balancer's row of the table in docs/balancers/README.md.</summary>
    private protected abstract string Row { get; }

    /// <summary>Starts a pool of so many members; the first <paramref name="running"/> of them have an instance that is up.</summary>
    private protected abstract Task<IBalancerRange> StartRangeAsync(int members, int running);

    [Fact]
    public async Task What_it_can_and_what_it_lacks_is_in_the_table_of_the_documentation()
    {
        await using IBalancerRange range = await StartRangeAsync(1, running: 1);
        CapabilityRow.ShouldBeDocumented(Row, range.Balancer.Capabilities, range);
    }

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
            if (HasWeights(range)) member.Weight.ShouldNotBeNull();
            if (range.KnowsShares) member.Share.ShouldNotBeNull().ShouldBe(100.0 / 3, 0.01);
            else member.Share.ShouldBeNull();
            member.Source.ShouldBeSameAs(range.Balancer);
        }
    }

    [Fact]
    public async Task Every_membership_of_an_address_is_found_as_its_pool_has_it()
    {
        await using IBalancerRange range = await StartHealthyAsync(3);

        string[] addresses = [.. range.Instances.Values.Select(instance => instance.Address).Distinct()];
        // Two looks, between which a check may come and go on a busy machine.
        (PoolMember[] found, _) = await Eventually.GetAsync(
            async () => (Found: (PoolMember[])[.. (await range.Balancer.FindMembersAsync(addresses, Cancelled)).Select(Steady).OrderBy(member => member.Name, StringComparer.Ordinal)],
                Read: (PoolMember[])[.. (await ReadAsync(range)).Select(Steady).OrderBy(member => member.Name, StringComparer.Ordinal)]),
            looks => looks.Found.SequenceEqual(looks.Read), "both looks to agree");
        found.Length.ShouldBe(3);
        (await range.Balancer.FindMembersAsync(["192.0.2.1"], Cancelled)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(TrafficState.Draining)]
    [InlineData(TrafficState.Offline)]
    public async Task A_state_is_set_read_back_and_taken_back(TrafficState state)
    {
        await using IBalancerRange range = await StartHealthyAsync(2);
        PoolMember before = await FirstAsync(range);
        if (state == TrafficState.Offline && await RefusesOfflineAsync(range, before)) return;

        PoolMember written = await range.Balancer.SetStateAsync(before, state, Cancelled);
        written.State.ShouldBe(state);
        written.Serving.ShouldBeFalse();
        PoolMember read = await FirstAsync(range);
        read.State.ShouldBe(state);
        read.Serving.ShouldBeFalse();
        await range.UntilOutOfTrafficAsync(before.Name);
        (await ReadAsync(range)).Single(member => member.Name != before.Name).Share.ShouldBe(range.KnowsShares ? 100 : null);

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
            instance => instance is not null || held.IsCompleted, "a held request") ?? throw new InvalidOperationException($"The request was not held, but {held.Status}: {held.Exception?.InnerException?.Message}");
        PoolMember member = (await ReadAsync(range)).Single(candidate => range.Instances[candidate.Name] == busy);
        if (Counts(range)) await Eventually.GetAsync(() => ReadAsync(range, member.Name), read => read.Connections > 0, "a counted connection");

        await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        await range.UntilOutOfTrafficAsync(member.Name);
        HashSet<string> answered = [];
        for (int i = 0; i < 30; i++) answered.Add(await users.GetAsync("/", Cancelled));

        answered.ShouldBe(range.Instances.Values.Where(instance => instance != busy).Select(instance => instance.Name), ignoreOrder: true);
        // Where they are not counted, the drain is not over: that would be 0.
        (await ReadAsync(range, member.Name)).Connections.ShouldNotBe(0);
        held.IsCompleted.ShouldBeFalse();
        busy.Release();
        (await held).ShouldBe(busy.Name);
        if (range.Balancer.Capabilities.ShowIdle()) await Eventually.GetAsync(() => ReadAsync(range, member.Name), read => read.Connections == 0, "no connection left");
        else (await ReadAsync(range, member.Name)).Connections.ShouldBeNull();
    }

    /// <summary>Where there is no Offline apart from Draining, it is refused, or the same to the users: then the rest of the test holds.</summary>
    private static async Task<bool> RefusesOfflineAsync(IBalancerRange range, PoolMember member)
    {
        if (!range.RefusesOffline) return false;

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetStateAsync(member, TrafficState.Offline, Cancelled));
        refused.Id.ShouldBe(ErrorId.NotSupported);
        Steady(await ReadAsync(range, member.Name)).ShouldBe(Steady(member));
        return true;
    }

    // The words for the health may tell how the last check went.
    private static PoolMember Steady(PoolMember member) => member with { HealthReason = "" };

    private static bool Counts(IBalancerRange range) => range.Balancer.Capabilities.HasFlag(BalancerCapabilities.ConnectionCounts);

    private static bool HasWeights(IBalancerRange range) => range.Balancer.Capabilities.HasFlag(BalancerCapabilities.Weights);

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
