using System.Globalization;
using System.Net;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Redis;

public sealed class RedisConnectionTests
{
    private const string Secret = "s3cret-Pa55";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_commands_share_one_connection_and_get_their_own_answers()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", "no");
        using RedisClient redis = server.Connect();

        RedisValue[] answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => redis.ExecuteAsync(RedisCommand.Of("ECHO", number), Stop)));
        RedisValue[] counts = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => redis.ExecuteAsync(RedisCommand.Of("INCR", "count"), Stop)));

        answers.Select(answer => answer.Integer).ShouldBe(Enumerable.Range(0, 1000).Select(number => (long?)number));
        counts.Select(answer => answer.Integer).ShouldBe(Enumerable.Range(1, 1000).Select(number => (long?)number), "commands of one caller keep their order");
        string info = (await redis.ExecuteAsync(RedisCommand.Of("INFO", "clients"), Stop)).Text;
        info.ShouldContain("connected_clients:1\r\n");
    }

    [Fact]
    public async Task A_large_value_comes_back_as_it_was()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", "no");
        using RedisClient redis = server.Connect();
        byte[] value = new byte[5_000_000];
        new Random(7).NextBytes(value);

        await redis.ExecuteAsync(RedisCommand.Of("SET", "large", value), Stop);

        (await redis.ExecuteAsync(RedisCommand.Of("GET", "large"), Stop)).Bytes.AsSpan().SequenceEqual(value).ShouldBeTrue();
    }

    [Fact]
    public async Task The_database_of_the_endpoint_is_selected()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", "no");
        using RedisClient zero = server.Connect();
        using RedisClient three = server.Connect(options => new RedisOptions { Endpoint = options.Endpoint with { Database = 3 } });
        using RedisClient none = server.Connect(options => new RedisOptions { Endpoint = options.Endpoint with { Database = 99 } });

        await three.ExecuteAsync(RedisCommand.Of("SET", "here", "yes"), Stop);

        (await zero.ExecuteAsync(RedisCommand.Of("GET", "here"), Stop)).IsNull.ShouldBeTrue();
        (await Failure(none)).Id.ShouldBe(ErrorId.InvalidArgument);
    }

    [Fact]
    public async Task A_password_lets_in_and_a_wrong_one_is_named_without_being_shown()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", "no", "--requirepass", Secret);
        using RedisClient right = As(server, "", Secret);
        using RedisClient wrong = As(server, "", Secret + "x");
        using RedisClient nobody = server.Connect();

        (await right.ExecuteAsync(RedisCommand.Of("PING"), Stop)).Text.ShouldBe("PONG");
        AppStatusException refused = await Failure(wrong);
        refused.Id.ShouldBe(ErrorId.AuthenticationFailed);
        refused.ToString().ShouldNotContain(Secret);
        (await Failure(nobody)).Id.ShouldBe(ErrorId.AuthenticationFailed);
    }

    [Fact]
    public async Task A_password_for_a_server_without_one_is_refused_without_being_shown()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", "no");
        await using RedisProcess renamed = await RedisProcess.StartAsync("--appendonly", "no", "--rename-command", "AUTH", "");
        using RedisClient open = As(server, "", Secret);
        using RedisClient unknown = As(renamed, "operator", Secret);

        foreach (RedisClient client in new[] { open, unknown })
        {
            AppStatusException refused = await Failure(client);
            refused.Id.ShouldBe(ErrorId.AuthenticationFailed);
            refused.ToString().ShouldNotContain(Secret, Case.Sensitive, "Redis sends the arguments of an unknown command back");
        }
    }

    [Fact]
    public async Task A_user_may_do_what_the_servers_list_says()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", "no", "--user", "deployer", "on", ">" + Secret, "~appstatus:*", "+@all");
        using RedisClient deployer = As(server, "deployer", Secret);

        await deployer.ExecuteAsync(RedisCommand.Of("SET", "appstatus:x", "1"), Stop);

        AppStatusException denied = await Should.ThrowAsync<AppStatusException>(deployer.ExecuteAsync(RedisCommand.Of("SET", "other", "1"), Stop));
        denied.Id.ShouldBe(ErrorId.AccessDenied);
        (await Failure(As(server, "deployer", "no"))).Id.ShouldBe(ErrorId.AuthenticationFailed);
    }

    [Fact]
    public async Task Tls_checks_the_certificate_unless_it_is_told_not_to()
    {
        await using RedisProcess server = await RedisProcess.StartTlsAsync();
        var endpoint = new RedisEndpoint("localhost", server.TlsPort, 0, Tls: true);
        using RedisClient trusting = server.Connect(_ => new RedisOptions { Endpoint = endpoint, SkipCertificateCheck = true });
        using RedisClient careful = server.Connect(_ => new RedisOptions { Endpoint = endpoint });
        using RedisClient mistaken = server.Connect(_ => new RedisOptions { Endpoint = endpoint with { Port = server.Port }, ConnectTimeout = TimeSpan.FromSeconds(1) });
        using RedisClient plain = server.Connect(_ => new RedisOptions { Endpoint = endpoint with { Tls = false } });

        RedisValue[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => trusting.ExecuteAsync(RedisCommand.Of("ECHO", number), Stop)));
        answers[199].Integer.ShouldBe(199);
        AppStatusException untrusted = await Failure(careful);
        untrusted.Id.ShouldBe(ErrorId.CertificateUntrusted);
        untrusted.Message.ShouldContain("UntrustedRoot");
        // To a Redis without TLS the greeting is a command that does not end.
        AppStatusException silent = await Failure(mistaken);
        silent.Id.ShouldBe(ErrorId.TimedOut);
        silent.Message.ShouldContain("redis://");
        (await Failure(plain)).Id.ShouldBe(ErrorId.ConnectionClosed);
    }

    [Fact]
    public async Task Killed_in_the_middle_it_says_of_each_command_whether_it_may_have_run()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect(TimeSpan.FromSeconds(20));
        await redis.ExecuteAsync(RedisCommand.Of("PING"), Stop);
        await server.FreezeAsync();
        Task<RedisResult>[] waiting = Enumerable.Range(0, 50).Select(_ => redis.TryExecuteAsync(RedisCommand.Of("INCR", "count"), Stop)).ToArray();
        Task<RedisResult> repeatable = redis.TryExecuteAsync(RedisCommand.Of("GET", "count").Repeatable(), Stop);

        await server.KillAsync();

        RedisResult[] results = await Task.WhenAll(waiting);
        results.ShouldAllBe(result => result.Effect == CommandEffect.Unknown && result.Fault!.Id == ErrorId.ConnectionClosed);
        results[0].Fault!.Message.ShouldContain("Whether 'INCR' took effect is not known.");
        RedisResult read = await repeatable;
        // The repetition may still meet the dying process's socket, which takes a connection and closes it.
        read.Fault!.Id.ShouldBeOneOf(ErrorId.Unreachable, ErrorId.ConnectionClosed);
        RedisResult after = await redis.TryExecuteAsync(RedisCommand.Of("INCR", "count"), Stop);
        (after.Effect, after.Fault!.Id).ShouldBe((CommandEffect.NotSent, ErrorId.Unreachable));

        await server.StartAgainAsync();
        (await redis.ExecuteAsync(RedisCommand.Of("INCR", "count"), Stop)).Integer.ShouldBe(1, "none of the fifty was sent again, and the next command found the way");
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_only_where_that_is_safe()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        await using var forwarder = new CuttingForwarder(server.Port);
        using RedisClient redis = server.Connect(options => new RedisOptions { Endpoint = options.Endpoint with { Port = forwarder.Port } });
        await redis.ExecuteAsync(RedisCommand.Of("SET", "count", 0), Stop);

        forwarder.LoseNextAnswer();
        RedisResult lost = await redis.TryExecuteAsync(RedisCommand.Of("INCR", "count"), Stop);
        await redis.ExecuteAsync(RedisCommand.Of("PING"), Stop);
        forwarder.LoseNextAnswer();
        RedisResult repeated = await redis.TryExecuteAsync(RedisCommand.Of("GET", "count").Repeatable(), Stop);

        (lost.Effect, lost.Fault!.Id).ShouldBe((CommandEffect.Unknown, ErrorId.ConnectionClosed));
        repeated.Reply!.Integer.ShouldBe(1);
        forwarder.Lost.ShouldBeTrue();
    }

    [Fact]
    public async Task A_silent_server_is_given_up_after_the_time_limit()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        var time = new ManualTimeProvider();
        using RedisClient redis = server.Connect(time);
        await redis.ExecuteAsync(RedisCommand.Of("PING"), Stop);
        await server.FreezeAsync();

        time.Advance(TimeSpan.FromSeconds(1));
        Task<RedisResult> sent = redis.TryExecuteAsync(RedisCommand.Of("INCR", "count"), Stop);
        await Eventually.GetAsync(() => Task.FromResult(time.NextDue), due => due == TimeSpan.FromSeconds(1 + 5), "it was sent, and has 5 s");
        RedisResult silent = await time.RunAsync(sent, TimeSpan.FromSeconds(6));
        // Connecting is tried twice.
        RedisResult next = await time.RunAsync(redis.TryExecuteAsync(RedisCommand.Of("INCR", "count"), Stop), TimeSpan.FromSeconds(11));

        (silent.Effect, silent.Fault!.Id).ShouldBe((CommandEffect.Unknown, ErrorId.TimedOut));
        (next.Effect, next.Fault!.Id).ShouldBe((CommandEffect.NotSent, ErrorId.TimedOut));
        await server.ThawAsync();
        (await redis.ExecuteAsync(RedisCommand.Of("PING"), Stop)).Text.ShouldBe("PONG");
    }

    [Fact]
    public async Task A_caller_that_gives_up_does_not_disturb_the_others()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", "no");
        using RedisClient redis = server.Connect();
        await redis.ExecuteAsync(RedisCommand.Of("PING"), Stop);
        await server.FreezeAsync();
        using var impatient = new CancellationTokenSource();
        Task<RedisValue> first = redis.ExecuteAsync(RedisCommand.Of("ECHO", "first"), impatient.Token);
        Task<RedisValue> second = redis.ExecuteAsync(RedisCommand.Of("ECHO", "second"), Stop);

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        await server.ThawAsync();

        (await second).Text.ShouldBe("second");
    }

    [Fact]
    public async Task A_script_is_sent_once_and_called_by_its_digest()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", "no");
        using RedisClient redis = server.Connect();
        var script = new RedisScript("return {KEYS[1], tonumber(ARGV[1]) + 1, {1, 'two', false}}");

        for (int round = 0; round < 3; round++)
        {
            RedisResult result = await redis.TryEvaluateAsync(script, ["key"], [41], safeToRepeat: false, Stop);
            result.Value(redis.Endpoint).ToString().ShouldBe("[key, 42, [1, two, (nil)]]");
        }

        string calls = (await redis.ExecuteAsync(RedisCommand.Of("INFO", "commandstats"), Stop)).Text;
        calls.ShouldContain("cmdstat_eval:calls=1,");
        calls.ShouldContain("cmdstat_evalsha:calls=3,");
    }

    [Fact]
    public async Task What_redis_refuses_is_told_with_what_to_do()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendonly", "no");
        await using RedisProcess replica = await RedisProcess.StartAsync("--appendonly", "no", "--replicaof", "127.0.0.1", server.Port.ToString(CultureInfo.InvariantCulture));
        await using RedisProcess full = await RedisProcess.StartAsync("--appendonly", "no", "--maxmemory", "1");
        await using RedisProcess cluster = await RedisProcess.StartAsync("--appendonly", "no", "--cluster-enabled", "yes");
        await using RedisProcess crowded = await RedisProcess.StartAsync("--appendonly", "no", "--maxclients", "1");
        using RedisClient alone = crowded.Connect();
        await Eventually.GetAsync(() => alone.TryExecuteAsync(RedisCommand.Of("PING"), Stop), result => result.Fault is null, "room for one");

        (await RefusalAsync(replica)).ShouldContain("replica");
        (await RefusalAsync(full)).ShouldContain("maxmemory");
        (await RefusalAsync(cluster)).ShouldContain("Redis Cluster");
        (await RefusalAsync(crowded)).ShouldContain("maxclients");

        static async Task<string> RefusalAsync(RedisProcess server)
        {
            using RedisClient redis = server.Connect();
            AppStatusException refused = await Should.ThrowAsync<AppStatusException>(redis.ExecuteAsync(RedisCommand.Of("SET", "a", "1"), Stop));
            refused.Id.ShouldBe(ErrorId.RedisRefused);
            return refused.Message;
        }
    }

    private static RedisClient As(RedisProcess server, string user, string password) =>
        server.Connect(options => new RedisOptions { Endpoint = options.Endpoint, Credential = new NetworkCredential(user, password) });

    private static async Task<AppStatusException> Failure(RedisClient client) =>
        await Should.ThrowAsync<AppStatusException>(client.ExecuteAsync(RedisCommand.Of("PING"), Stop));
}
