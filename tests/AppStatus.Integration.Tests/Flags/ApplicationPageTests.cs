using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AppStatus.Core.Flags;
using AppStatus.Core.Redis;
using AppStatus.Integration.Tests.Redis;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.Application;

namespace AppStatus.Integration.Tests.Flags;

/// <summary>The page of a running application, while its flag is switched and its Redis comes and goes.</summary>
public sealed class ApplicationPageTests
{
    private static readonly FlagKey Checkout = FlagKey.Of("shop:", "new-checkout");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_switch_is_seen_in_the_page_within_a_second()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using var store = FlagStore.Open(new RedisOptions { Endpoint = server.Endpoint });
        await using AppInstance instance = await StartAsync(server);
        using var client = new HttpClient { BaseAddress = instance.Uri };
        (await client.GetStringAsync("/", Stop)).ShouldBe("web01 1.0, new-checkout off\n");
        (await client.GetStringAsync("/flags", Stop)).ShouldBe("""{"new-checkout":null}""");

        // One of many is enough: on a busy machine any of them may be kept waiting. The first one does not count, since where it meets the application's
        // turn of reading is chance; each later one begins right after a reading, and takes a whole turn.
        var quickest = TimeSpan.MaxValue;
        for (int round = 0; round < 30 && quickest > TimeSpan.FromSeconds(1); round++)
        {
            bool on = round % 2 == 0;
            await store.SetAsync(Checkout, on ? FlagValue.On : FlagValue.Off, create: true, Stop);
            long began = Stopwatch.GetTimestamp();
            await PageIs(client, on ? "on" : "off");
            TimeSpan took = Stopwatch.GetElapsedTime(began);
            if (round > 0 && took < quickest) quickest = took;
        }

        quickest.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        await store.SetAsync(Checkout, FlagValue.OfPercentage(68), create: false, Stop);
        await Eventually.GetAsync(() => client.GetStringAsync("/flags", Stop), text => text == """{"new-checkout":"68%"}""", "the share");
        (await client.GetStringAsync("/?user=user42", Stop)).ShouldEndWith("on\n");
        (await client.GetStringAsync("/?user=user43", Stop)).ShouldEndWith("off\n");
        (await client.GetStringAsync("/", Stop)).ShouldEndWith("off\n");
    }

    [Fact]
    public async Task Killing_Redis_changes_nothing_fails_nothing_and_what_comes_back_is_seen()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using var store = FlagStore.Open(new RedisOptions { Endpoint = server.Endpoint });
        await store.SetAsync(Checkout, FlagValue.On, create: true, Stop);
        await using AppInstance instance = await StartAsync(server);
        using var client = new HttpClient { BaseAddress = instance.Uri };
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        // Whoever looks, all the time: it is on, and no request fails.
        int looks = 0;
        Task watching = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    (await client.GetStringAsync("/", Stop)).ShouldBe("web01 1.0, new-checkout on\n");
                    Interlocked.Increment(ref looks);
                }
            },
            Stop);

        await server.KillAsync();
        await AttemptsAsync(server.Port, 3);
        await server.StartAgainAsync();
        using RedisClient redis = server.Connect();
        await Eventually.GetAsync(
            async () => (await redis.ExecuteAsync(RedisCommand.Of("INFO", "commandstats"), Stop)).Text, text => text.Contains("cmdstat_mget:calls=", StringComparison.Ordinal), "the application reads again");
        int before = Volatile.Read(ref looks);
        await Eventually.GetAsync(() => Task.FromResult(Volatile.Read(ref looks)), seen => seen > before + 20 || watching.IsCompleted, "some more looks");
        await done.CancelAsync();
        await watching;

        await store.SetAsync(Checkout, FlagValue.Off, create: false, Stop);
        await PageIs(client, "off");
    }

    [Fact]
    public async Task A_start_without_Redis_goes_by_the_default_until_it_is_there()
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using (var store = FlagStore.Open(new RedisOptions { Endpoint = server.Endpoint })) await store.SetAsync(Checkout, FlagValue.On, create: true, Stop);
        await server.KillAsync();

        await using AppInstance instance = await StartAsync(server);
        using var client = new HttpClient { BaseAddress = instance.Uri };
        (await client.GetStringAsync("/", Stop)).ShouldBe("web01 1.0, new-checkout off\n");
        await server.StartAgainAsync();
        await PageIs(client, "on");
    }

    // In the place of the Redis that was killed: returns when the application has tried to reach it so often, in vain.
    private static async Task AttemptsAsync(int port, int count)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        for (int attempt = 0; attempt < count; attempt++) (await listener.AcceptTcpClientAsync(Stop)).Close();
    }

    private static Task<AppInstance> StartAsync(RedisProcess server) =>
        AppInstance.StartAsync(new AppOptions { Version = "1.0", Name = "web01", FlagsRedis = server.Endpoint.ToString(), FlagPrefix = "shop:" }, Stop);

    private static Task PageIs(HttpClient client, string state) =>
        Eventually.GetAsync(() => client.GetStringAsync("/", Stop), text => text == $"web01 1.0, new-checkout {state}\n", $"the page says {state}");
}
