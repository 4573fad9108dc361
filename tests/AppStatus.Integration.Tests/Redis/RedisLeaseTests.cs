using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Redis;

public sealed class RedisLeaseTests
{
    private static readonly string[] Pools = ["f5/web", "f5/api"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_contenders_one_is_told_who_the_other_is()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        var store = new RedisLeaseStore(redis, RedisLeaseStore.DefaultTerm);
        await using ILease lease = await store.AcquireAsync(Pools, Holder("first", "d-1"), TimeSpan.Zero, Stop);

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(store.AcquireAsync(["f5/web"], Holder("second", "d-2"), TimeSpan.FromMilliseconds(50), Stop));

        refused.Id.ShouldBe(ErrorId.PoolLocked);
        foreach (string part in new[] { "f5/web", "first", lease.Holder.Host, $"pid {Environment.ProcessId}", "deployment d-1", "since", "-LockTimeoutSec", "Get-Deployment d-1" }) refused.Message.ShouldContain(part);
        lease.Keys.ShouldBe(["f5/api", "f5/web"]);
        lease.IsValidFor(TimeSpan.FromSeconds(20)).ShouldBeTrue();
        lease.IsValidFor(TimeSpan.FromSeconds(30)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_refusal_takes_none_of_the_pools()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        var store = new RedisLeaseStore(redis, RedisLeaseStore.DefaultTerm);
        await using ILease web = await store.AcquireAsync(["f5/web"], Holder("first", "d-1"), TimeSpan.Zero, Stop);

        await Should.ThrowAsync<AppStatusException>(store.AcquireAsync(Pools, Holder("second", "d-2"), TimeSpan.Zero, Stop));

        await using ILease api = await store.AcquireAsync(["f5/api"], Holder("third", "d-3"), TimeSpan.Zero, Stop);
        api.Token.ShouldBe(web.Token + 1);
    }

    [Fact]
    public async Task Waiting_ends_when_the_holder_gives_it_back()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        var store = new RedisLeaseStore(redis, RedisLeaseStore.DefaultTerm);
        ILease first = await store.AcquireAsync(Pools, Holder("first", "d-1"), TimeSpan.Zero, Stop);
        Task<ILease> waiting = store.AcquireAsync(Pools, Holder("second", "d-2"), TimeSpan.FromSeconds(20), Stop);

        await first.DisposeAsync();

        await using ILease second = await waiting;
        second.Token.ShouldBe(first.Token + 1);
        second.TakenOverFrom.ShouldBeNull("it was given back");
        first.IsValidFor(TimeSpan.Zero).ShouldBeFalse();
        first.Lost.IsCancellationRequested.ShouldBeFalse("giving back is no loss");
    }

    [Fact]
    public async Task Whoever_finds_it_taken_is_told_what_it_is_held_for_now()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        var time = new ManualTimeProvider();
        using RedisClient redis = server.Connect(time);
        using RedisClient look = server.Connect();
        var store = new RedisLeaseStore(redis, RedisLeaseStore.DefaultTerm);
        ILease lease = await store.AcquireAsync(Pools, Holder("first", ""), TimeSpan.Zero, Stop);
        await lease.NameAsync("d-7", Stop);
        (await store.FindHolderAsync(Pools[0], Stop)).ShouldNotBeNull().DeploymentId.ShouldBe("d-7");
        // It is renewed under its name as well.
        (await LeaseRenewal.NextAsync(lease, RedisLeaseStore.DefaultTerm, time, look)).ShouldBeTrue();
        (await Should.ThrowAsync<AppStatusException>(store.AcquireAsync(Pools, Holder("second", ""), TimeSpan.Zero, Stop))).Message.ShouldContain("d-7");

        await lease.DisposeAsync();
        (await store.FindHolderAsync(Pools[0], Stop)).ShouldBeNull();
        await using ILease next = await store.AcquireAsync(Pools, Holder("second", ""), TimeSpan.Zero, Stop);
        next.TakenOverFrom.ShouldBeNull("it was given back");
        (await store.FindHolderAsync(Pools[0], Stop)).ShouldNotBeNull().DeploymentId.ShouldBeEmpty("that was the other's");
    }

    [Fact]
    public async Task Renewal_holds_it_beyond_its_term()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        var time = new ManualTimeProvider();
        using RedisClient redis = server.Connect(time);
        using RedisClient other = server.Connect();
        TimeSpan term = RedisLeaseStore.DefaultTerm;
        await using ILease lease = await new RedisLeaseStore(redis, term).AcquireAsync(Pools, Holder("first", "d-1"), TimeSpan.Zero, Stop);

        for (int round = 0; round < 5; round++) (await LeaseRenewal.NextAsync(lease, term, time, other)).ShouldBeTrue();

        time.Elapsed.ShouldBeGreaterThan(term);
        await Should.ThrowAsync<AppStatusException>(new RedisLeaseStore(other, term).AcquireAsync(Pools, Holder("second", "d-2"), TimeSpan.Zero, Stop));
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
        lease.IsValidFor(TimeSpan.FromSeconds(20)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_frozen_server_ends_the_lease_here_before_it_ends_there_and_the_next_holder_has_a_higher_token()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        var time = new ManualTimeProvider();
        using RedisClient redis = server.Connect(time);
        using RedisClient other = server.Connect();
        ILease stale = await new RedisLeaseStore(redis, RedisLeaseStore.DefaultTerm).AcquireAsync(Pools, Holder("first", "d-1"), TimeSpan.Zero, Stop);

        await server.FreezeAsync();
        // All but the hundredth of the term that is taken off.
        time.Advance(RedisLeaseStore.DefaultTerm * 0.99);
        await LostAsync(stale);
        stale.IsValidFor(TimeSpan.Zero).ShouldBeFalse();
        await server.ThawAsync();
        // The server's term ends by the server's own clock; nobody has to wait for that.
        (await other.ExecuteAsync(RedisCommand.Of("DEL", "appstatus:lease:f5/web", "appstatus:lease:f5/api"), Stop)).Integer.ShouldBe(2, "there it was not over");

        await using ILease next = await new RedisLeaseStore(other, RedisLeaseStore.DefaultTerm).AcquireAsync(Pools, Holder("second", "d-2"), TimeSpan.FromSeconds(10), Stop);
        next.Token.ShouldBeGreaterThan(stale.Token);
        next.TakenOverFrom.ShouldNotBeNull().Holder.ShouldBe("first");
        await stale.DisposeAsync();
        next.IsValidFor(TimeSpan.FromSeconds(20)).ShouldBeTrue();
        (await other.ExecuteAsync(RedisCommand.Of("EXISTS", "appstatus:lease:f5/web"), Stop)).Integer.ShouldBe(1, "a stale holder gives back nothing of another's");
    }

    [Fact]
    public async Task A_lease_that_was_taken_away_is_lost_at_the_next_renewal()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        var time = new ManualTimeProvider();
        using RedisClient redis = server.Connect(time);
        await using ILease lease = await new RedisLeaseStore(redis, RedisLeaseStore.DefaultTerm).AcquireAsync(Pools, Holder("first", "d-1"), TimeSpan.Zero, Stop);

        await redis.ExecuteAsync(RedisCommand.Of("DEL", "appstatus:lease:f5/api"), Stop);
        time.Advance(RedisLeaseStore.DefaultTerm / 3);

        await LostAsync(lease);
        lease.IsValidFor(TimeSpan.Zero).ShouldBeFalse();
    }

    [Fact]
    public async Task A_restart_shorter_than_the_term_loses_nothing()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        var time = new ManualTimeProvider();
        using RedisClient redis = server.Connect(time);
        // By the server's own clock, too, it outlasts the restart of the slowest machine.
        TimeSpan term = TimeSpan.FromMinutes(10);
        await using ILease lease = await new RedisLeaseStore(redis, term).AcquireAsync(Pools, Holder("first", "d-1"), TimeSpan.Zero, Stop);

        await server.KillAsync();
        await server.StartAgainAsync();

        using RedisClient look = server.Connect();
        (await LeaseRenewal.NextAsync(lease, term, time, look)).ShouldBeTrue();
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task An_acquisition_whose_answer_was_lost_is_recognized()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        await using var forwarder = new CuttingForwarder(server.Port);
        using RedisClient redis = server.Connect(options => new RedisOptions { Endpoint = options.Endpoint with { Port = forwarder.Port } });
        var store = new RedisLeaseStore(redis, RedisLeaseStore.DefaultTerm);
        // The server knows the script, so that the lost answer is that of its run.
        await (await store.AcquireAsync(Pools, Holder("first", "d-1"), TimeSpan.Zero, Stop)).DisposeAsync();

        forwarder.LoseNextAnswer();
        await using ILease lease = await store.AcquireAsync(Pools, Holder("second", "d-2"), TimeSpan.Zero, Stop);

        forwarder.Lost.ShouldBeTrue();
        lease.Token.ShouldBe(2, "it was taken once");
    }

    private static LeaseHolder Holder(string name, string deployment) => LeaseHolder.Here(name, TimeProvider.System) with { DeploymentId = deployment };

    private static Task LostAsync(ILease lease) =>
        Eventually.GetAsync(() => Task.FromResult(lease.Lost.IsCancellationRequested), lost => lost, "the lease is lost");
}
