using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Maintenance;
using AppStatus.Core.Redis;
using AppStatus.Integration.Tests.Redis;

namespace AppStatus.Integration.Tests.Maintenance;

/// <summary>What both stores keep of suspended members.</summary>
public sealed class SuspensionsTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appstatus-suspended-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_is_read_by_another_as_it_was_and_removed_once(bool inRedis)
    {
        await using RedisProcess? server = inRedis ? await RedisProcess.StartAsync() : null;
        using IDeploymentStore store = await OpenAsync(server);
        SuspendedMember second = Member("web02") with { WeightBefore = null, SuspendedAt = Noon.AddHours(1), NativeState = "maint", StatesSet = [TrafficState.Draining, TrafficState.Offline] };
        SuspendedMember first = Member("web01");
        await using ILease lease = await AcquireAsync(store);

        await store.Suspensions.WriteAsync(second, lease, Stop);
        await store.Suspensions.WriteAsync(first with { Reason = "an older one" }, lease, Stop);
        await store.Suspensions.WriteAsync(first, lease, Stop);

        using IDeploymentStore other = await OpenAsync(server);
        IReadOnlyList<SuspendedMember> read = await other.Suspensions.ListAsync(Unexpected, Stop);
        read.Select(member => member.Name).ShouldBe(["web01", "web02"]);
        (read[0] with { StatesSet = first.StatesSet }).ShouldBe(first);
        (read[1] with { StatesSet = second.StatesSet }).ShouldBe(second);
        read[1].StatesSet.ShouldBe(second.StatesSet);

        await store.Suspensions.RemoveAsync(first, lease, Stop);
        await store.Suspensions.RemoveAsync(first, lease, Stop);
        (await other.Suspensions.ListAsync(Unexpected, Stop)).ShouldHaveSingleItem().Name.ShouldBe("web02");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_does_not_hold_the_lease_any_more_writes_nothing(bool inRedis)
    {
        await using RedisProcess? server = inRedis ? await RedisProcess.StartAsync() : null;
        using IDeploymentStore store = await OpenAsync(server);
        ILease old = await AcquireAsync(store);
        await store.Suspensions.WriteAsync(Member("web01"), old, Stop);
        await old.DisposeAsync();
        await using ILease newer = await AcquireAsync(store);

        (await Should.ThrowAsync<AppStatusException>(() => store.Suspensions.WriteAsync(Member("web02"), old, Stop))).Id.ShouldBe(ErrorId.LeaseLost);
        (await Should.ThrowAsync<AppStatusException>(() => store.Suspensions.RemoveAsync(Member("web01"), old, Stop))).Id.ShouldBe(ErrorId.LeaseLost);

        (await store.Suspensions.ListAsync(Unexpected, Stop)).ShouldHaveSingleItem().Name.ShouldBe("web01");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not JSON")]
    [InlineData("""{"name":"a","pool":"p","balancer":"b","address":"x","port":1,"suspendedAt":"2030-01-01T00:00:00+00:00","stateBefore":9}""")]
    public async Task A_record_that_cannot_be_read_is_named_and_not_guessed(string text)
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using IDeploymentStore inFolder = await OpenAsync(server: null), inRedis = await OpenAsync(server);
        string file = Path.Combine(_folder.CreateSubdirectory("suspended").FullName, "abc.json");
        await File.WriteAllTextAsync(file, text, Stop);
        using RedisClient redis = server.Connect();
        await redis.ExecuteAsync(RedisCommand.Of("HSET", "appstatus:suspended", "key", text), Stop);

        await using ILease lease = await AcquireAsync(inFolder);
        await inFolder.Suspensions.WriteAsync(Member("web01"), lease, Stop);
        List<Fault> faults = [];

        // One of them is no reason to leave the others out of traffic.
        (await inFolder.Suspensions.ListAsync(faults.Add, Stop)).ShouldHaveSingleItem().Name.ShouldBe("web01");
        Fault damaged = faults.ShouldHaveSingleItem();
        damaged.Id.ShouldBe(ErrorId.StoreUnavailable);
        damaged.Message.ShouldContain(file);
        (await Should.ThrowAsync<AppStatusException>(() => inRedis.Suspensions.ListAsync(Unexpected, Stop))).Id.ShouldBe(ErrorId.StoreUnavailable);
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_written_over()
    {
        using IDeploymentStore store = await OpenAsync(server: null);
        await using ILease lease = await AcquireAsync(store);
        await store.Suspensions.WriteAsync(Member("web01"), lease, Stop);
        string file = Directory.GetFiles(Path.Combine(_folder.FullName, "suspended")).ShouldHaveSingleItem();
        await File.WriteAllTextAsync(file, "{\"name\":\"web01\",", Stop);

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(() => store.Suspensions.WriteAsync(Member("web01") with { StateBefore = TrafficState.Draining }, lease, Stop));

        refused.Id.ShouldBe(ErrorId.StoreUnavailable);
        (await File.ReadAllTextAsync(file, Stop)).ShouldBe("{\"name\":\"web01\",", "what it was before may be read by a person still");
    }

    [Fact]
    public async Task A_record_outlives_the_redis_that_it_stands_in()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using IDeploymentStore store = await OpenAsync(server);
        await using (ILease lease = await AcquireAsync(store)) await store.Suspensions.WriteAsync(Member("web01"), lease, Stop);

        await server.KillAsync();
        await server.StartAgainAsync();

        using IDeploymentStore other = await OpenAsync(server);
        (await other.Suspensions.ListAsync(Unexpected, Stop)).ShouldHaveSingleItem().Reason.ShouldBe("memory");
    }

    private static void Unexpected(Fault fault) => Assert.Fail(fault.Message);

    private async Task<IDeploymentStore> OpenAsync(RedisProcess? server) => server is null
        ? new FileDeploymentStore(_folder.FullName, TimeProvider.System)
        : await RedisDeploymentStore.ConnectAsync(new RedisOptions { Endpoint = server.Endpoint }, TimeProvider.System, Stop);

    private static Task<ILease> AcquireAsync(IDeploymentStore store) =>
        store.Leases.AcquireAsync([LeaseKeys.Of(new PoolKey("tcp://lb:9999", "app"))], LeaseHolder.Here("test", TimeProvider.System), TimeSpan.Zero, Stop);

    private static SuspendedMember Member(string name) => new()
    {
        Name = name,
        ComputerName = "web.example",
        Pool = "app",
        Address = "10.1.1.1",
        Port = 80,
        Balancer = "tcp://lb:9999",
        StateBefore = TrafficState.Enabled,
        WeightBefore = 7,
        Reason = "memory",
        User = "ann",
        From = "console1",
        SuspendedAt = Noon,
        StatesSet = [TrafficState.Draining],
    };
}
