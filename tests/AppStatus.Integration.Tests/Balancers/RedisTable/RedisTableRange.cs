using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.RedisTable;
using AppStatus.Core.Redis;
using AppStatus.Integration.Tests.Redis;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.RoutingTable;

namespace AppStatus.Integration.Tests.Balancers.RedisTable;

/// <summary>A real Redis with a table, the lab's proxy that reads it for each request, and a line to it that can lose answers.</summary>
internal sealed partial class RedisTableRange : IBalancerRange
{
    public const string Key = "servers";
    private readonly CuttingForwarder _forwarder;
    private readonly RoutingTableProxy _proxy;
    private readonly Dictionary<string, TestInstance> _instances;

    private RedisTableRange(RedisProcess server, CuttingForwarder forwarder, RoutingTableProxy proxy, RedisTableSession session, Dictionary<string, TestInstance> instances)
    {
        Server = server;
        _forwarder = forwarder;
        _proxy = proxy;
        _instances = instances;
        Session = session;
    }

    public RedisProcess Server { get; }

    public RedisTableSession Session { get; }

    public IBalancer Balancer => Session.Balancer;

    public string Pool => Key;

    public Uri Entry => _proxy.Uri;

    public IReadOnlyDictionary<string, TestInstance> Instances => _instances;

    /// <summary>Scripts that the server was asked to run. The line is one connection for all of them.</summary>
    public int RoundTrips
    {
        get
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, Server.Port);
            NetworkStream line = client.GetStream();
            line.Write("INFO commandstats\r\nQUIT\r\n"u8);
            using var reader = new StreamReader(line, Encoding.UTF8);
            return ScriptCalls().Matches(reader.ReadToEnd()).Sum(match => int.Parse(match.Groups["calls"].Value, CultureInfo.InvariantCulture));
        }
    }

    public int OtherWeight => 3;

    public MemberHealth HealthOfServing => MemberHealth.Unknown;

    public bool AnswerWasLost => _forwarder.Lost;

    public static async Task<RedisTableRange> StartAsync(int members, int running)
    {
        var instances = new Dictionary<string, TestInstance>(StringComparer.Ordinal);
        var entries = new List<string>();
        for (int i = 1; i <= members; i++)
        {
            string name = $"web{i:000}";
            if (i <= running) instances[name] = await TestInstance.StartAsync(name);
            entries.Add(EntryOf(name, i <= running ? instances[name].Port : i));
        }

        RedisProcess server = await RedisProcess.StartAsync();
        await PushAsync(server, Key, entries);
        var forwarder = new CuttingForwarder(server.Port);
        RoutingTableProxy proxy = await RoutingTableProxy.StartAsync(new RoutingTableProxyOptions { Redis = server.Endpoint, Key = Key }, TestContext.Current.CancellationToken);
        return new RedisTableRange(server, forwarder, proxy, await ConnectAsync(forwarder.Port), instances);
    }

    public static Task<RedisTableSession> ConnectAsync(int port, string key = Key, NetworkCredential? credential = null) => RedisTableBalancer.ConnectAsync(
        new RedisTableOptions { Redis = new RedisOptions { Endpoint = new RedisEndpoint("127.0.0.1", port, 0, Tls: false), Credential = credential }, Key = key, RestartGrace = TimeSpan.FromSeconds(30) },
        TimeProvider.System, TestContext.Current.CancellationToken);

    public static string EntryOf(string name, int port) => $$"""{"name":"{{name}}","url":"http://127.0.0.1:{{port}}/"}""";

    public static async Task PushAsync(RedisProcess server, string key, IEnumerable<string> entries)
    {
        using RedisClient redis = server.Connect();
        await redis.ExecuteAsync(RedisCommand.Of("RPUSH", [key, .. entries.Select(entry => (RedisArgument)entry)]), TestContext.Current.CancellationToken);
    }

    public static async Task<IReadOnlyList<string>> ListAsync(RedisProcess server, string key = Key)
    {
        using RedisClient redis = server.Connect();
        return [.. (await redis.ExecuteAsync(RedisCommand.Of("LRANGE", key, 0, -1), TestContext.Current.CancellationToken)).Items.Select(item => item.Text)];
    }

    // Of the script that changes: it brings the new table along, and the one that reads brings nothing.
    public void LoseNextAnswer(TrafficState state) => _forwarder.LoseNextAnswer(to: "http://127.0.0.1:");

    public Task StopAsync() => Server.KillAsync();

    public Task StartAsync() => Server.StartAgainAsync();

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await _proxy.DisposeAsync();
        await _forwarder.DisposeAsync();
        await Server.DisposeAsync();
        foreach (TestInstance instance in _instances.Values) await instance.DisposeAsync();
    }

    [GeneratedRegex(@"^cmdstat_eval(sha)?:calls=(?<calls>\d+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ScriptCalls();
}
