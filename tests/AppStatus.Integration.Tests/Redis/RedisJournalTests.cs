using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Redis;

public sealed class RedisJournalTests
{
    private const string Id = "20260102-030405-abcdef";
    private const string Key = "appstatus:journal:" + Id;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly JournalEvent[] First = [new BakeStarted(1), new BakeStarted(2)];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_appended_is_read_back_after_the_servers_death()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        RedisJournalServer journals = await ServerAsync(redis);
        await using ILease lease = await LeaseAsync(redis);
        (RedisJournal journal, IReadOnlyList<JournalRecord> first) = await RedisJournal.CreateAsync(journals, Id, First, lease, Patience, Stop);
        IReadOnlyList<JournalRecord> second = await journal.AppendAsync([new Halted(ErrorId.CapacityLost, "„too few“")], Stop);

        await server.KillAsync();
        await server.StartAgainAsync();

        IReadOnlyList<JournalRecord> read = await journals.ReadAsync(Id, Stop);
        read.ShouldBe([.. first, .. second]);
        read.Select(record => record.Sequence).ShouldBe([1, 2, 3]);
        (await journals.ListAsync(Stop)).ShouldHaveSingleItem().Id.ShouldBe(Id);
    }

    [Fact]
    public async Task One_deployment_is_read_without_a_look_at_all_the_others()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        RedisJournalServer journals = await ServerAsync(redis);
        await using ILease lease = await LeaseAsync(redis);
        (RedisJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, First, lease, Patience, Stop);
        using RedisDeploymentStore store = await RedisDeploymentStore.ConnectAsync(new RedisOptions { Endpoint = server.Endpoint }, TimeProvider.System, Stop);
        var read = new JournalMark();

        (await store.ReadAsync(Id, Stop)).Count.ShouldBe(2);
        (await store.ReadOnAsync(Id, read, Stop)).Count.ShouldBe(2);
        (await store.ReadOnAsync(Id, read, Stop)).ShouldBeEmpty();
        await journal.AppendAsync([new BakeStarted(3)], Stop);
        (await store.ReadOnAsync(Id, read, Stop)).ShouldHaveSingleItem().Sequence.ShouldBe(3);
        (await store.OpenAsync(Id, lease, Stop)).Records.Count.ShouldBe(3);

        (await redis.ExecuteAsync(RedisCommand.Of("INFO", "commandstats"), Stop)).Text.ShouldNotContain("cmdstat_zrange");
    }

    [Theory]
    [InlineData("20260102-030405-fedcba", false, ErrorId.DeploymentNotFound)]
    [InlineData(Id + ":fence", false, ErrorId.DeploymentNotFound)]
    [InlineData("", false, ErrorId.DeploymentNotFound)]
    [InlineData(Id, true, ErrorId.StoreUnavailable)]
    public async Task What_is_not_there_is_told_from_what_was_lost(string id, bool lost, ErrorId expected)
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        await using ILease lease = await LeaseAsync(redis);
        await RedisJournal.CreateAsync(await ServerAsync(redis), Id, First, lease, Patience, Stop);
        if (lost) await redis.ExecuteAsync(RedisCommand.Of("DEL", Key), Stop);
        using RedisDeploymentStore store = await RedisDeploymentStore.ConnectAsync(new RedisOptions { Endpoint = server.Endpoint }, TimeProvider.System, Stop);

        (await Should.ThrowAsync<AppStatusException>(() => store.ReadAsync(id, Stop))).Id.ShouldBe(expected);
        (await Should.ThrowAsync<AppStatusException>(() => store.OpenAsync(id, lease, Stop))).Id.ShouldBe(expected);
    }

    [Fact]
    public async Task A_long_journal_is_read_in_pages()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        RedisJournalServer journals = await ServerAsync(redis);
        await using ILease lease = await LeaseAsync(redis);
        (RedisJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, First, lease, Patience, Stop);

        await journal.AppendAsync(Enumerable.Range(3, 1198).Select(wave => (JournalEvent)new BakeStarted(wave)).ToArray(), Stop);

        (await journals.ReadAsync(Id, Stop)).Select(record => ((BakeStarted)record.Event).Wave).ShouldBe(Enumerable.Range(1, 1200));
    }

    [Fact]
    public async Task A_stale_holder_appends_nothing_once_another_has_the_pool()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        RedisJournalServer journals = await ServerAsync(redis);
        ILease stale = await LeaseAsync(redis);
        (RedisJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, First, stale, Patience, Stop);
        await redis.ExecuteAsync(RedisCommand.Of("DEL", "appstatus:lease:f5/web"), Stop);
        await using ILease next = await LeaseAsync(redis);

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(journal.AppendAsync([new BakeStarted(3)], Stop));

        refused.Id.ShouldBe(ErrorId.LeaseLost);
        (await journals.ReadAsync(Id, Stop)).Count.ShouldBe(2);
        (await Should.ThrowAsync<AppStatusException>(RedisJournal.OpenAsync(journals, Id, stale, Patience, Stop))).Id.ShouldBe(ErrorId.LeaseLost);
        (RedisJournal resumed, IReadOnlyList<JournalRecord> records) = await RedisJournal.OpenAsync(journals, Id, next, Patience, Stop);
        records.Count.ShouldBe(2);
        (await resumed.AppendAsync([new BakeStarted(3)], Stop)).Single().Sequence.ShouldBe(3);
        await stale.DisposeAsync();
    }

    [Fact]
    public async Task A_journal_that_was_opened_by_another_takes_nothing_from_the_one_before()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        RedisJournalServer journals = await ServerAsync(redis);
        await using ILease old = await LeaseAsync(redis);
        (RedisJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, First, old, Patience, Stop);
        // Another set of pools: the pools' fences don't know of it, the journal's own does.
        await using ILease other = await LeaseAsync(redis, "f5/api");
        (RedisJournal resumed, _) = await RedisJournal.OpenAsync(journals, Id, other, Patience, Stop);

        (await Should.ThrowAsync<AppStatusException>(journal.AppendAsync([new BakeStarted(3)], Stop))).Id.ShouldBe(ErrorId.LeaseLost);

        await resumed.AppendAsync([new BakeStarted(3)], Stop);
        (await journals.ReadAsync(Id, Stop)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_append_whose_answer_was_lost_is_there_once()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        await using var forwarder = new CuttingForwarder(server.Port);
        using RedisClient redis = server.Connect(options => new RedisOptions { Endpoint = options.Endpoint with { Port = forwarder.Port } });
        RedisJournalServer journals = await ServerAsync(redis);
        await using ILease lease = await LeaseAsync(redis);
        (RedisJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, First, lease, Patience, Stop);
        await journal.AppendAsync([new BakeStarted(3)], Stop);

        forwarder.LoseNextAnswer();
        await journal.AppendAsync([new BakeStarted(4), new BakeStarted(5)], Stop);
        await journal.AppendAsync([new BakeStarted(6)], Stop);

        forwarder.Lost.ShouldBeTrue();
        (await journals.ReadAsync(Id, Stop)).Select(record => ((BakeStarted)record.Event).Wave).ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public async Task A_creation_whose_answer_was_lost_is_there_once()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        await using var forwarder = new CuttingForwarder(server.Port);
        using RedisClient redis = server.Connect(options => new RedisOptions { Endpoint = options.Endpoint with { Port = forwarder.Port } });
        RedisJournalServer journals = await ServerAsync(redis);
        await using ILease lease = await LeaseAsync(redis);
        await RedisJournal.CreateAsync(journals, "another", First, lease, Patience, Stop);

        forwarder.LoseNextAnswer();
        (RedisJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, First, lease, Patience, Stop);

        (await journal.AppendAsync([new BakeStarted(3)], Stop)).Single().Sequence.ShouldBe(3);
        (await Should.ThrowAsync<AppStatusException>(RedisJournal.CreateAsync(journals, Id, First, lease, Patience, Stop))).Id.ShouldBe(ErrorId.JournalDamaged);
        (await journals.ListAsync(Stop)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_is_away_for_a_while_is_waited_for_and_one_that_stays_away_ends_it()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        RedisJournalServer journals = await ServerAsync(redis);
        await using ILease lease = await LeaseAsync(redis);
        (RedisJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, First, lease, Patience, Stop);
        (RedisJournal hasty, _) = await RedisJournal.OpenAsync(journals, Id, lease, TimeSpan.Zero, Stop);
        await server.KillAsync();

        Task<IReadOnlyList<JournalRecord>> waiting = journal.AppendAsync([new BakeStarted(3)], Stop);
        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(hasty.AppendAsync([new BakeStarted(3)], Stop));
        await server.StartAgainAsync();

        failed.Id.ShouldBe(ErrorId.StoreUnavailable);
        (await waiting).Single().Sequence.ShouldBe(3);
        (await Should.ThrowAsync<AppStatusException>(hasty.AppendAsync([new BakeStarted(4)], Stop))).Id.ShouldBe(ErrorId.StoreUnavailable);
        (await journals.ReadAsync(Id, Stop)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_server_that_has_lost_its_data_takes_no_further_record()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        RedisJournalServer journals = await ServerAsync(redis);
        await using ILease lease = await LeaseAsync(redis);
        (RedisJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, First, lease, Patience, Stop);
        await redis.ExecuteAsync(RedisCommand.Of("FLUSHALL"), Stop);

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(journal.AppendAsync([new BakeStarted(3)], Stop));

        refused.Id.ShouldBe(ErrorId.StoreUnavailable);
        refused.Message.ShouldContain("has lost data");
    }

    [Fact]
    public async Task Records_of_somebody_else_are_not_taken_for_ours()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        RedisJournalServer journals = await ServerAsync(redis);
        await using ILease lease = await LeaseAsync(redis);
        (RedisJournal journal, _) = await RedisJournal.CreateAsync(journals, Id, First, lease, Patience, Stop);
        await redis.ExecuteAsync(RedisCommand.Of("XADD", Key, "3-0", "line", "{}"), Stop);

        (await Should.ThrowAsync<AppStatusException>(journal.AppendAsync([new BakeStarted(3)], Stop))).Id.ShouldBe(ErrorId.JournalDamaged);
        (await Should.ThrowAsync<AppStatusException>(journals.ReadAsync(Id, Stop))).Id.ShouldBe(ErrorId.JournalDamaged);

        await redis.ExecuteAsync(RedisCommand.Of("XDEL", Key, "1-0"), Stop);
        (await Should.ThrowAsync<AppStatusException>(journals.ReadAsync(Id, Stop))).Id.ShouldBe(ErrorId.JournalDamaged);
    }

    [Theory]
    [InlineData("yes", "always", null)]
    [InlineData("yes", "everysec", "two seconds")]
    [InlineData("yes", "no", "half a minute")]
    [InlineData("no", "always", "append-only")]
    public async Task A_server_that_can_lose_records_is_warned_of(string appendOnly, string fsync, string? warning)
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", appendOnly, "--appendfsync", fsync);
        using RedisClient redis = server.Connect();

        RedisDurability durability = await RedisDurability.ReadAsync(redis, Stop);

        (durability.AppendOnly, durability.Fsync).ShouldBe((appendOnly == "yes", fsync));
        durability.Version.Major.ShouldBeGreaterThanOrEqualTo(5);
        if (durability.WaitsForDisk) warning = null;
        if (warning is null) durability.Warning.ShouldBeNull();
        else durability.Warning.ShouldNotBeNull().ShouldContain(warning);
    }

    [Fact]
    public async Task A_server_that_does_not_tell_is_warned_of()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--rename-command", "CONFIG", "");
        using RedisClient redis = server.Connect();

        RedisDurability durability = await RedisDurability.ReadAsync(redis, Stop);

        (durability.AppendOnly, durability.Fsync).ShouldBe((true, null));
        durability.Warning.ShouldNotBeNull().ShouldContain("doesn't tell how often");
    }

    private static async Task<RedisJournalServer> ServerAsync(RedisClient redis) => new(redis, await RedisDurability.ReadAsync(redis, Stop));

    private static Task<ILease> LeaseAsync(RedisClient redis, string pool = "f5/web") => new RedisLeaseStore(redis, TimeSpan.FromMinutes(10))
        .AcquireAsync([pool], LeaseHolder.Here("test", TimeProvider.System), TimeSpan.Zero, Stop);
}
