using AppStatus.AspNetCore.Flags;
using AppStatus.Core.Redis;
using AppStatus.Integration.Tests.Redis;
using AppStatus.Integration.Tests.Support;
using Microsoft.Extensions.Options;

namespace AppStatus.Integration.Tests.Flags;

/// <summary>IFeatureFlags against a real Redis.</summary>
public sealed class FeatureFlagsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_configured_flag_is_right_from_the_first_question_and_others_a_moment_after_it()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        foreach ((string key, string value) in new[] { ("shop:configured", "on"), ("shop:asked", "false"), ("shop:share", "67%"), ("shop:never", "true") }) await SetAsync(redis, key, value);
        // What is asked for wakes the reading: nobody waits for the next turn.
        await using FlagApplication application = await FlagApplication.StartAsync(options =>
        {
            Configure(options, server, "configured");
            options.RefreshInterval = TimeSpan.FromHours(1);
        });

        application.Flags.IsEnabled("configured").ShouldBeTrue();
        application.Flags.IsEnabled("asked", defaultValue: true).ShouldBeTrue("the default, until it is read");
        application.Flags.IsEnabled("missing", defaultValue: true).ShouldBeTrue();
        application.Flags.IsEnabled("share", "user42", defaultValue: true).ShouldBeTrue();
        await Seen(() => application.Flags.IsEnabled("asked", defaultValue: true), on => !on, "asked is read");
        await Seen(() => application.Flags.Known.Single(flag => flag.Name == "share").Value, value => value == "67%", "share is read");
        application.Flags.IsEnabled("share").ShouldBeFalse("it is not on for everyone");
        int on = Enumerable.Range(0, 1000).Count(number => application.Flags.IsEnabled("share", $"user{number}"));
        on.ShouldBeInRange(600, 740);
        application.Flags.IsEnabled("missing", defaultValue: true).ShouldBeTrue();
        application.Flags.IsEnabled("missing").ShouldBeFalse();
        application.Flags.Known.Select(flag => flag.Name).ShouldBe(["asked", "configured", "missing", "share"]);
    }

    [Fact]
    public async Task What_is_no_flag_and_what_goes_away_leave_the_default()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        await SetAsync(redis, "shop:f", "true");
        await using FlagApplication application = await FlagApplication.StartAsync(options => Configure(options, server, "f"));
        application.Flags.IsEnabled("f").ShouldBeTrue();

        await SetAsync(redis, "shop:f", "s3cret of somebody");
        await Seen(() => application.Flags.IsEnabled("f"), on => !on, "the default");
        application.Flags.IsEnabled("f", defaultValue: true).ShouldBeTrue();
        await Seen(() => application.Log.Count(line => line.StartsWith("Warning: The key shop:f holds a text", StringComparison.Ordinal)), count => count == 1, "a warning");
        await SetAsync(redis, "shop:f", "true");
        await Seen(() => application.Flags.IsEnabled("f"), on => on, "the flag");
        await redis.ExecuteAsync(RedisCommand.Of("DEL", "shop:f"), Stop);
        await Seen(() => application.Flags.IsEnabled("f"), on => !on, "the default");
        await redis.ExecuteAsync(RedisCommand.Of("RPUSH", "shop:f", "true"), Stop);
        await SetAsync(redis, "shop:g", "true");
        await Seen(() => application.Flags.IsEnabled("g"), on => on, "the others are read all the same");
        application.Flags.IsEnabled("f").ShouldBeFalse();
        string.Join('\n', application.Log).ShouldNotContain("s3cret");
    }

    [Fact]
    public async Task A_lost_Redis_leaves_the_last_known_values_until_they_are_too_old()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        await SetAsync(redis, "shop:f", "true");
        var time = new ShiftedTime();
        await using FlagApplication bounded = await FlagApplication.StartAsync(
            options =>
            {
                Configure(options, server, "f");
                options.MaxStale = TimeSpan.FromMinutes(10);
            },
            time);
        await using FlagApplication faithful = await FlagApplication.StartAsync(options => Configure(options, server, "f"), time);

        await server.KillAsync();
        await Seen(() => Errors(bounded) + Errors(faithful), count => count == 2, "both say so");
        bounded.Flags.IsEnabled("f").ShouldBeTrue();
        time.Advance(TimeSpan.FromMinutes(11));

        bounded.Flags.IsEnabled("f").ShouldBeFalse();
        bounded.Flags.IsEnabled("f", defaultValue: true).ShouldBeTrue();
        faithful.Flags.IsEnabled("f").ShouldBeTrue();

        await server.StartAgainAsync();
        await Seen(() => bounded.Flags.IsEnabled("f"), on => on, "it is read again");
        foreach (FlagApplication application in new[] { bounded, faithful })
        {
            await Seen(() => application.Log.Count(line => line.StartsWith("Information: The feature flags are read again", StringComparison.Ordinal)), count => count == 1, "the end of the loss is told");
            Errors(application).ShouldBe(1, "a loss is told once, however many attempts it takes");
        }
    }

    [Fact]
    public async Task A_silent_Redis_holds_neither_the_start_nor_a_question_up_for_long()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        await server.FreezeAsync();
        await using FlagApplication application = await FlagApplication.StartAsync(options =>
        {
            Configure(options, server, "f");
            options.StartLimit = TimeSpan.FromMilliseconds(100);
        });

        application.Flags.IsEnabled("f", defaultValue: true).ShouldBeTrue();
        application.Log.ShouldContain(line => line.Contains("starting with the defaults", StringComparison.Ordinal));
        await server.ThawAsync();
        using RedisClient redis = server.Connect();
        await SetAsync(redis, "shop:f", "true");
        await Seen(() => application.Flags.IsEnabled("f"), on => on, "it is read after all");
    }

    [Fact]
    public async Task Names_without_end_are_not_read()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        await using FlagApplication application = await FlagApplication.StartAsync(options => Configure(options, server, "f"));

        for (int number = 0; number < 3000; number++) application.Flags.IsEnabled($"name{number}", defaultValue: true).ShouldBeTrue();
        application.Flags.IsEnabled("no name", defaultValue: true).ShouldBeTrue();

        application.Flags.Known.Count.ShouldBe(1000);
        Errors(application).ShouldBe(1);
        await SetAsync(redis, "shop:f", "true");
        await Seen(() => application.Flags.IsEnabled("f"), on => on, "what was there before is read still");
    }

    [Theory]
    [InlineData("", "APPSTATUS_REDIS")]
    [InlineData("http://redis01", "redis://")]
    [InlineData("redis://:s3cret@redis01/0", "password")]
    public async Task What_cannot_work_is_said_at_the_start(string redis, string about)
    {
        OptionsValidationException refused = await Should.ThrowAsync<OptionsValidationException>(() => FlagApplication.StartAsync(options => options.Redis = redis));

        refused.Message.ShouldContain(about);
        refused.ToString().ShouldNotContain("s3cret");
    }

    private static void Configure(FeatureFlagOptions options, RedisProcess server, params string[] names)
    {
        options.Redis = server.Endpoint.ToString();
        options.KeyPrefix = "shop:";
        foreach (string name in names) options.Names.Add(name);
    }

    private static int Errors(FlagApplication application) => application.Log.Count(line => line.StartsWith("Error:", StringComparison.Ordinal));

    private static Task SetAsync(RedisClient redis, string key, string value) => redis.ExecuteAsync(RedisCommand.Of("SET", key, value), Stop);

    private static Task<T> Seen<T>(Func<T> read, Func<T, bool> condition, string what) => Eventually.GetAsync(() => Task.FromResult(read()), condition, what);
}
