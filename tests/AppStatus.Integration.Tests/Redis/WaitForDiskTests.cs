using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Integration.Tests.Redis;

/// <summary>WAITAOF, which Redis has from 7.2 on.</summary>
public sealed class WaitForDiskTests
{
    private static readonly RedisDurability EverySecond = new(new Version(7, 2, 4), AppendOnly: true, "everysec");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("7.2.0", true, "everysec", true)]
    [InlineData("8.0.1", true, "everysec", true)]
    [InlineData("7.0.15", true, "everysec", false)]
    [InlineData("7.2.0", true, "always", false)]
    [InlineData("7.2.0", true, "no", false)]
    [InlineData("7.2.0", false, "everysec", false)]
    public void It_is_used_where_it_helps(string version, bool appendOnly, string fsync, bool used) =>
        new RedisDurability(Version.Parse(version), appendOnly, fsync).WaitsForDisk.ShouldBe(used);

    [Fact]
    public async Task An_append_returns_once_the_disk_has_it()
    {
        await using var server = new ScriptedRedis(command => command switch
        {
            "EVALSHA" => "*2\r\n$2\r\nok\r\n:1\r\n",
            "WAITAOF" => "*2\r\n:1\r\n:0\r\n",
            _ => "+OK\r\n",
        });
        using RedisClient redis = server.Connect();

        await RedisJournal.CreateAsync(new RedisJournalServer(redis, EverySecond), "id", [new BakeStarted(1)], new FixedLease(), TimeSpan.Zero, Stop);

        server.Asked.ShouldBe(["SELECT", "EVALSHA", "WAITAOF"]);
        EverySecond.Warning.ShouldBeNull();
    }

    [Fact]
    public async Task An_append_that_the_disk_never_has_is_none()
    {
        await using var server = new ScriptedRedis(command => command switch
        {
            "EVALSHA" => "*2\r\n$2\r\nok\r\n:1\r\n",
            "WAITAOF" => "*2\r\n:0\r\n:0\r\n",
            _ => "+OK\r\n",
        });
        using RedisClient redis = server.Connect();

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(
            RedisJournal.CreateAsync(new RedisJournalServer(redis, EverySecond), "id", [new BakeStarted(1)], new FixedLease(), TimeSpan.Zero, Stop));

        refused.Id.ShouldBe(ErrorId.StoreUnavailable);
        refused.Message.ShouldContain("Whether the last record is in it shows when it is read again");
    }

    private sealed class FixedLease : ILease
    {
        public IReadOnlyList<string> Keys => ["pool"];

        public long Token => 1;

        public LeaseHolder Holder { get; } = LeaseHolder.Here("test", TimeProvider.System);

        public LeaseHolder? TakenOverFrom => null;

        public Task NameAsync(string deploymentId, CancellationToken cancellationToken) => Task.CompletedTask;

        public CancellationToken Lost => CancellationToken.None;

        public bool IsValidFor(TimeSpan duration) => true;

        public ValueTask DisposeAsync() => default;
    }
}
