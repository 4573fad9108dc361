using AppStatus.Core.Errors;
using AppStatus.Core.Flags;
using AppStatus.Core.Redis;
using AppStatus.Integration.Tests.Redis;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Flags;

public sealed class FlagStoreTests
{
    private static readonly FlagKey Checkout = FlagKey.Of("shop:", "new-checkout");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flag_is_written_plainly_and_read_as_it_is()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        using FlagStore store = Open(server);

        (await FailureOf(store.SetAsync(Checkout, FlagValue.On, create: false, Stop))).Id.ShouldBe(ErrorId.FlagNotFound);
        (await redis.ExecuteAsync(RedisCommand.Of("EXISTS", Checkout.Key), Stop)).Integer.ShouldBe(0);
        (await store.SetAsync(Checkout, FlagValue.On, create: true, Stop)).Enabled.ShouldBeTrue();
        (await GetAsync(redis, Checkout.Key)).ShouldBe("true");
        FeatureFlag quarter = await store.SetAsync(Checkout, FlagValue.OfPercentage(25), create: false, Stop);
        (quarter.Name, quarter.Key, quarter.Enabled, quarter.Percentage, quarter.Value, quarter.Redis).ShouldBe(("new-checkout", "shop:new-checkout", false, 25, "25%", server.Endpoint.ToString()));
        (await GetAsync(redis, Checkout.Key)).ShouldBe("25%");
        await redis.ExecuteAsync(RedisCommand.Of("SET", Checkout.Key, "ON\n"), Stop);
        (await store.GetAsync(Checkout, Stop)).Enabled.ShouldBeTrue();
        await store.RemoveAsync(Checkout, Stop);
        (await redis.ExecuteAsync(RedisCommand.Of("EXISTS", Checkout.Key), Stop)).Integer.ShouldBe(0);
        (await FailureOf(store.RemoveAsync(Checkout, Stop))).Id.ShouldBe(ErrorId.FlagNotFound);
        (await FailureOf(store.GetAsync(Checkout, Stop))).Id.ShouldBe(ErrorId.FlagNotFound);
    }

    [Theory]
    [InlineData("RPUSH", "shop:new-checkout", "true")]
    [InlineData("HSET", "shop:new-checkout", "true", "true")]
    [InlineData("SET", "shop:new-checkout", "s3cret of somebody")]
    [InlineData("SET", "shop:new-checkout", "")]
    [InlineData("SET", "shop:new-checkout", "25")]
    public async Task What_is_no_flag_is_refused_and_stays_as_it_is(params string[] command)
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        using FlagStore store = Open(server);
        await redis.ExecuteAsync(RedisCommand.Of(command[0], [.. command.Skip(1).Select(word => (RedisArgument)word)]), Stop);
        byte[] before = (await redis.ExecuteAsync(RedisCommand.Of("DUMP", Checkout.Key), Stop)).Bytes;

        foreach (Task refused in new Task[] { store.GetAsync(Checkout, Stop), store.SetAsync(Checkout, FlagValue.On, create: true, Stop), store.RemoveAsync(Checkout, Stop) })
        {
            AppStatusException error = await FailureOf(refused);
            error.Id.ShouldBe(ErrorId.NotAFlag);
            error.Target.ShouldBe("new-checkout");
            error.ToString().ShouldNotContain("s3cret");
        }

        (await redis.ExecuteAsync(RedisCommand.Of("DUMP", Checkout.Key), Stop)).Bytes.ShouldBe(before);
    }

    [Fact]
    public async Task Two_times_a_hundred_writers_lose_no_create_and_who_is_told_of_success_was_not_overtaken_unseen()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendfsync", "no");
        using RedisClient redis = server.Connect();
        using FlagStore one = Open(server, 20), other = Open(server, 20);

        // Each name is made by two rivals, each of another store, with different values.
        string?[][] results = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.WhenAll(
            SetAsync(one, $"f{number}", 1),
            SetAsync(other, $"f{number}", 99))));

        for (int number = 0; number < 100; number++)
        {
            string now = await GetAsync(redis, $"f{number}");
            results[number].Where(written => written is not null).ShouldContain(now);
        }

        // And all two hundred on one flag: each gets through in the end.
        string?[] same = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => SetAsync(number % 2 == 0 ? one : other, "same", number / 2)));
        same.ShouldContain(await GetAsync(redis, "same"));
    }

    // The value that was confirmed; null where another one was seen right after.
    private static async Task<string?> SetAsync(FlagStore store, string name, int percentage)
    {
        try
        {
            FeatureFlag written = await store.SetAsync(FlagKey.Of("", name), FlagValue.OfPercentage(percentage), create: true, Stop);
            written.Percentage.ShouldBe(percentage);
            return written.Value;
        }
        catch (AppStatusException e) when (e.Id == ErrorId.WriteNotConfirmed && e.Message.Contains("right after", StringComparison.Ordinal))
        {
            return null;
        }
    }

    [Fact]
    public async Task Somebody_elses_key_that_comes_in_between_is_never_overwritten_nor_removed()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendfsync", "no");
        using RedisClient redis = server.Connect();
        using FlagStore one = Open(server), other = Open(server);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        int written = 0;
        Task[] writers = [.. new[] { one, one, one, other, other, other }.Select((store, index) => Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    try
                    {
                        if (index % 3 == 0) await store.RemoveAsync(Checkout, Stop);
                        else await store.SetAsync(Checkout, FlagValue.On, create: true, Stop);
                        Interlocked.Increment(ref written);
                    }
                    catch (AppStatusException e) when (e.Id is ErrorId.NotAFlag or ErrorId.FlagNotFound or ErrorId.WriteNotConfirmed)
                    {
                        // What the race comes to.
                    }
                }
            },
            Stop))];

        for (int round = 0; round < 200; round++)
        {
            await redis.ExecuteAsync(RedisCommand.Of("SET", Checkout.Key, $"data {round}"), Stop);
            for (int look = 0; look < 5; look++) (await GetAsync(redis, Checkout.Key)).ShouldBe($"data {round}");
            // The writers are in the middle of something, whenever the next data comes in between.
            int before = Volatile.Read(ref written);
            await redis.ExecuteAsync(RedisCommand.Of("DEL", Checkout.Key), Stop);
            await Eventually.GetAsync(() => Task.FromResult(Volatile.Read(ref written)), now => now > before, "a writer to come through");
        }

        await done.CancelAsync();
        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task What_comes_between_reading_and_writing_is_seen()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        await using var forwarder = new CuttingForwarder(server.Port);
        using var store = FlagStore.Open(new RedisOptions { Endpoint = server.Endpoint with { Port = forwarder.Port } });
        await store.SetAsync(Checkout, FlagValue.Off, create: true, Stop);

        forwarder.Before = ("EVALSHA", () => redis.ExecuteAsync(RedisCommand.Of("SET", Checkout.Key, "data"), Stop));
        (await FailureOf(store.SetAsync(Checkout, FlagValue.On, create: true, Stop))).Id.ShouldBe(ErrorId.NotAFlag);
        (await GetAsync(redis, Checkout.Key)).ShouldBe("data");

        await redis.ExecuteAsync(RedisCommand.Of("SET", Checkout.Key, "false"), Stop);
        (await FailureOf(store.RemoveAsync(Checkout, Stop))).Id.ShouldBe(ErrorId.NotAFlag);
        (await GetAsync(redis, Checkout.Key)).ShouldBe("data");

        await redis.ExecuteAsync(RedisCommand.Of("SET", Checkout.Key, "false"), Stop);
        forwarder.Before = ("EVALSHA", () => redis.ExecuteAsync(RedisCommand.Of("DEL", Checkout.Key), Stop));
        (await FailureOf(store.SetAsync(Checkout, FlagValue.On, create: false, Stop))).Id.ShouldBe(ErrorId.FlagNotFound);
        (await redis.ExecuteAsync(RedisCommand.Of("EXISTS", Checkout.Key), Stop)).Integer.ShouldBe(0);

        forwarder.Before = null;
        forwarder.After = ("EVALSHA", () => redis.ExecuteAsync(RedisCommand.Of("SET", Checkout.Key, "25%"), Stop));
        AppStatusException overtaken = await FailureOf(store.SetAsync(Checkout, FlagValue.On, create: true, Stop));
        overtaken.Id.ShouldBe(ErrorId.WriteNotConfirmed);
        overtaken.Message.ShouldContain("now its key holds 25%");
    }

    [Fact]
    public async Task Flags_under_a_prefix_are_listed_once_each_in_pages_and_never_by_KEYS()
    {
        await using RedisProcess server = await RedisProcess.StartAsync("--appendfsync", "no");
        using RedisClient redis = server.Connect();
        using FlagStore store = Open(server);
        const string Prefix = "sh[o]p*:";
        await Task.WhenAll(Enumerable.Range(0, 1500).Select(number => redis.ExecuteAsync(RedisCommand.Of("SET", $"{Prefix}f{number}", number % 2 == 0 ? "true" : "25%"), Stop)));
        foreach (string[] foreign in new string[][] { ["SET", "shop:not-meant", "true"], ["SET", "sh[o]px:not-meant", "true"], ["SET", Prefix + "text", "hello"], ["RPUSH", Prefix + "list", "true"], ["SET", Prefix + "a b", "true"] })
            await redis.ExecuteAsync(RedisCommand.Of(foreign[0], foreign[1], foreign[2]), Stop);

        var found = new List<FeatureFlag>();
        int others = await store.ListAsync(Prefix, _ => true, found.Add, Stop);

        found.Select(flag => flag.Name).ShouldBe(Enumerable.Range(0, 1500).Select(number => $"f{number}"), ignoreOrder: true);
        found.Count(flag => flag.Percentage == 25).ShouldBe(750);
        others.ShouldBe(2);
        string statistics = (await redis.ExecuteAsync(RedisCommand.Of("INFO", "commandstats"), Stop)).Text;
        statistics.ShouldNotContain("cmdstat_keys");
        statistics.ShouldContain("cmdstat_scan:calls=");
        statistics.ShouldContain("cmdstat_mget:calls=");
        found.Clear();
        await store.ListAsync(Prefix, name => name is "f7" or "f8", found.Add, Stop);
        found.Select(flag => flag.Name).ShouldBe(["f7", "f8"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_flag_that_was_set_does_not_vanish_by_itself()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        using FlagStore store = Open(server);
        await redis.ExecuteAsync(RedisCommand.Of("SET", Checkout.Key, "false", "EX", "1000"), Stop);

        await store.SetAsync(Checkout, FlagValue.On, create: false, Stop);

        (await redis.ExecuteAsync(RedisCommand.Of("TTL", Checkout.Key), Stop)).Integer.ShouldBe(-1);
    }

    [Fact]
    public async Task A_lost_answer_is_cleared_up_or_told()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        await using var forwarder = new CuttingForwarder(server.Port);
        using var store = FlagStore.Open(new RedisOptions { Endpoint = server.Endpoint with { Port = forwarder.Port } });
        await store.SetAsync(Checkout, FlagValue.Off, create: true, Stop);

        forwarder.LoseNextAnswer("EVALSHA");
        (await store.SetAsync(Checkout, FlagValue.On, create: false, Stop)).Enabled.ShouldBeTrue();
        forwarder.Lost.ShouldBeTrue();

        forwarder.LoseNextAnswer("EVALSHA");
        AppStatusException unknown = await FailureOf(store.RemoveAsync(Checkout, Stop));
        unknown.Id.ShouldBe(ErrorId.ConnectionClosed);
        unknown.Message.ShouldContain("is not known");
        forwarder.Lost.ShouldBeTrue();
    }

    [Fact]
    public async Task A_silent_Redis_is_given_up_after_the_time_limit_and_one_that_is_down_at_once()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using FlagStore store = Open(server, 1);
        await store.SetAsync(Checkout, FlagValue.On, create: true, Stop);
        await server.FreezeAsync();

        AppStatusException silent = await FailureOf(store.SetAsync(Checkout, FlagValue.Off, create: false, Stop));
        using FlagStore fresh = Open(server, 1);
        AppStatusException closed = await FailureOf(fresh.GetAsync(Checkout, Stop));
        await server.KillAsync();
        using FlagStore late = Open(server);
        AppStatusException down = await FailureOf(late.GetAsync(Checkout, Stop));

        silent.Id.ShouldBe(ErrorId.TimedOut);
        silent.Message.ShouldContain("within 1 s");
        closed.Id.ShouldBe(ErrorId.TimedOut);
        // One limit over connecting, asking and trying again.
        closed.Message.ShouldContain("did not answer within 1 s. Nothing was changed.");
        down.Id.ShouldBe(ErrorId.Unreachable);
        down.Target.ShouldBe("new-checkout");
    }

    private static FlagStore Open(RedisProcess server, int seconds = 5) =>
        FlagStore.Open(new RedisOptions { Endpoint = server.Endpoint, ConnectTimeout = TimeSpan.FromSeconds(seconds), CommandTimeout = TimeSpan.FromSeconds(seconds) });

    private static async Task<string> GetAsync(RedisClient redis, string key) => (await redis.ExecuteAsync(RedisCommand.Of("GET", key), Stop)).Text;

    private static Task<AppStatusException> FailureOf(Task work) => Should.ThrowAsync<AppStatusException>(work);
}
