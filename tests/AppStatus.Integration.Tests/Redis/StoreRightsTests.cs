using System.Net;
using System.Text.RegularExpressions;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Maintenance;
using AppStatus.Core.Redis;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Redis;

/// <summary>The rights of docs/reliability.md, letter by letter: all of them suffice, and without any one of them something fails, and says so.</summary>
public sealed partial class StoreRightsTests : IAsyncLifetime
{
    private const string Id = "20260102-030405-abcdef";
    private static readonly PoolKey Pool = new("f5:unit", "web");
    private static readonly PoolMember Member = new() { Name = "web01", Pool = Pool.Pool, Balancer = Pool.Balancer, Address = "10.0.0.1", Port = 80 };
    private RedisProcess _server = null!;
    private RedisClient _admin = null!;

    public static TheoryData<string> Commands => [.. Documented("driver").Where(right => right[0] == '+' && !IsOptional(right))];

    public static TheoryData<string> ReadingCommands => [.. Documented("viewer").Where(right => right[0] == '+' && !IsOptional(right))];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisProcess.StartAsync();
        _admin = _server.Connect();
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task The_documented_rights_drive_a_deployment_and_a_maintenance()
    {
        await SetUserAsync(Documented("driver"));

        await DriveAsync();

        using RedisDeploymentStore store = await ConnectAsync();
        store.Warning.ShouldBeNull("it may look how durable the server is");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Without_one_of_them_the_driver_is_refused(string missing)
    {
        await SetUserAsync(Documented("driver").Where(right => right != missing));

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(DriveAsync);

        // A lease that can't be renewed is lost, and one that can't be given back locks its pool until it has run out.
        refused.Id.ShouldBe(missing switch
        {
            "+pexpire" => ErrorId.LeaseLost,
            "+del" => ErrorId.PoolLocked,
            "+xadd" or "+xrevrange" or "+exists" or "+zadd" or "+hset" or "+hdel" => ErrorId.StoreUnavailable,
            _ => ErrorId.AccessDenied,
        });
        if (refused.Id is ErrorId.AccessDenied or ErrorId.StoreUnavailable) refused.Fault.NextStep.ShouldContain("ACL SETUSER");
    }

    [Fact]
    public async Task Without_the_right_to_look_how_durable_the_server_is_the_driver_is_warned()
    {
        await SetUserAsync(Documented("driver").Where(right => !IsOptional(right)));

        await DriveAsync();

        using RedisDeploymentStore store = await ConnectAsync();
        store.Warning.ShouldNotBeNull().ShouldContain("CONFIG GET");
    }

    [Fact]
    public async Task Nothing_outside_the_documented_keys_is_touched()
    {
        await SetUserAsync(Documented("driver"));
        await DriveAsync();

        RedisValue keys = await _admin.ExecuteAsync(RedisCommand.Of("KEYS", "*"), Stop);

        keys.Items.Count.ShouldBePositive();
        keys.Items.ShouldAllBe(key => key.Text.StartsWith("appstatus:"));
    }

    [Fact]
    public async Task The_rights_of_a_viewer_show_everything_and_change_nothing()
    {
        await SetUserAsync(Documented("driver"));
        await DriveAsync();
        await SetUserAsync(Documented("viewer"));

        await ViewAsync();

        using RedisDeploymentStore store = await ConnectAsync();
        (await Should.ThrowAsync<AppStatusException>(() => store.SendAsync(Id, Approval(), Stop))).Id.ShouldBe(ErrorId.AccessDenied);
        await Should.ThrowAsync<AppStatusException>(() => AcquireAsync(store));
    }

    [Theory]
    [MemberData(nameof(ReadingCommands))]
    public async Task Without_one_of_them_the_viewer_is_refused(string missing)
    {
        await SetUserAsync(Documented("driver"));
        await DriveAsync();
        await SetUserAsync(Documented("viewer").Where(right => right != missing));

        (await Should.ThrowAsync<AppStatusException>(ViewAsync)).Id.ShouldBe(ErrorId.AccessDenied);
    }

    /// <summary>Everything that a store does for the one who drives.</summary>
    private async Task DriveAsync()
    {
        using RedisDeploymentStore store = await ConnectAsync();
        var time = new ManualTimeProvider();
        using var redis = new RedisClient(Options(), time);
        var journals = new RedisJournalServer(redis, new RedisDurability(new Version(7, 0), AppendOnly: true, "always"));
        TimeSpan term = RedisLeaseStore.DefaultTerm;
        ILease lease = await new RedisLeaseStore(redis, term).AcquireAsync([LeaseKeys.Of(Pool)], LeaseHolder.Here("test", TimeProvider.System), TimeSpan.Zero, Stop);
        await using (lease)
        {
            await lease.NameAsync(Id, Stop);
            await IsLockedAsync(store);
            (await store.Leases.FindHolderAsync(LeaseKeys.Of(Pool), Stop)).ShouldNotBeNull();
            (IJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, [new BakeStarted(1)], lease, TimeSpan.Zero, Stop);
            await journal.AppendAsync([new BakeStarted(2)], Stop);
            await RedisJournal.OpenAsync(journals, Id, lease, TimeSpan.Zero, Stop);
            await store.SendAsync(Id, Approval(), Stop);
            SuspendedMember suspended = SuspendedMember.Of(Member, "disk", "me", "here", DateTimeOffset.UnixEpoch);
            await store.Suspensions.WriteAsync(suspended, lease, Stop);
            await store.Suspensions.RemoveAsync(suspended, lease, Stop);
            await ViewAsync();
            if (!await LeaseRenewal.NextAsync(lease, term, time, _admin)) throw new AppStatusException(ErrorId.LeaseLost, "It was not renewed.");
        }

        // Given back, and not only run out.
        await (await AcquireAsync(store)).DisposeAsync();
        using RedisClient look = _server.Connect();
        (await look.ExecuteAsync(RedisCommand.Of("EXISTS", RedisKeys.Lease(LeaseKeys.Of(Pool))), Stop)).Integer.ShouldBe(0);
    }

    private static async Task IsLockedAsync(RedisDeploymentStore store)
    {
        try
        {
            await AcquireAsync(store);
            Assert.Fail("Two have the lease.");
        }
        catch (AppStatusException locked) when (locked.Id == ErrorId.PoolLocked)
        {
            // As it should be; any other refusal is the test's.
        }
    }

    private async Task ViewAsync()
    {
        using RedisDeploymentStore store = await ConnectAsync();
        (await store.ListAsync(Stop)).ShouldBe([Id]);
        (await store.ReadAsync(Id, Stop)).Count.ShouldBe(2);
        (await store.ReceiveAsync(Id, 0, Stop)).Count.ShouldBe(1);
        await store.Suspensions.ListAsync(static _ => { }, Stop);
        await store.Leases.FindHolderAsync(LeaseKeys.Of(Pool), Stop);
    }

    private static Task<ILease> AcquireAsync(RedisDeploymentStore store) =>
        store.Leases.AcquireAsync([LeaseKeys.Of(Pool)], LeaseHolder.Here("other", TimeProvider.System), TimeSpan.Zero, Stop);

    private static ControlSignal Approval() => new(ControlAction.Approve, "me");

    private Task<RedisDeploymentStore> ConnectAsync() => RedisDeploymentStore.ConnectAsync(Options(), TimeProvider.System, Stop);

    private RedisOptions Options() => new() { Endpoint = _server.Endpoint, Credential = new NetworkCredential("user", "pw") };

    private Task SetUserAsync(IEnumerable<string> rights) =>
        _admin.ExecuteAsync(RedisCommand.Of("ACL", ["SETUSER", "user", "reset", "on", ">pw", .. rights.Select(right => (RedisArgument)right)]), Stop);

    private static bool IsOptional(string right) => right is "+info" or "+config|get";

    private static string[] Documented(string user)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reliability.md"));
        string line = text.Split('\n').Single(line => line.StartsWith($"ACL SETUSER {user} ", StringComparison.Ordinal));
        return [.. Right().Matches(line).Select(match => match.Value)];
    }

    [GeneratedRegex(@"(?<= )(\+|~|%R~)\S+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Right();
}
