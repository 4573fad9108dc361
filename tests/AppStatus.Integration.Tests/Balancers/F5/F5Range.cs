using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Control;

namespace AppStatus.Integration.Tests.Balancers.F5;

/// <summary>The BIG-IP simulator with real instances behind it; its control plane is reached through a forwarder.</summary>
internal sealed class F5Range : IBalancerRange
{
    public const string User = "deployer";
    public const string Password = "a long password";
    private const int Ratio = 10;
    private const int FirstDeadPort = 1000;
    private readonly CuttingForwarder _forwarder;
    private readonly Dictionary<string, TestInstance> _instances;

    private F5Range(BigIpSimulator simulator, CuttingForwarder forwarder, F5Session session, Dictionary<string, TestInstance> instances)
    {
        Simulator = simulator;
        _forwarder = forwarder;
        Session = session;
        _instances = instances;
    }

    public BigIpSimulator Simulator { get; }

    public F5Session Session { get; }

    public IBalancer Balancer => Session.Balancer;

    public string Pool => "web";

    public Uri Entry => Simulator.UriOf("vs_web");

    public IReadOnlyDictionary<string, TestInstance> Instances => _instances;

    public int RoundTrips => (int)Simulator.RequestLog.Count;

    public int OtherWeight => 30;

    public bool AnswerWasLost => Simulator.Faults.Pending.Count == 0;

    public static async Task<F5Range> StartAsync(int members, int running, string version = "17.1.1")
    {
        var instances = new Dictionary<string, TestInstance>(StringComparer.Ordinal);
        for (int i = 0; i < running; i++)
        {
            TestInstance instance = await TestInstance.StartAsync($"web{i + 1:000}");
            instances[$"127.0.0.1:{instance.Port}"] = instance;
        }

        IEnumerable<int> ports = instances.Values.Select(instance => instance.Port).Concat(Enumerable.Range(FirstDeadPort, members - running));
        var configuration = new BigIpConfiguration
        {
            User = User,
            Password = Password,
            Version = version,
            Monitors = [new MonitorConfiguration { Name = "web_health", Path = "/health", Recv = " 200 ", Interval = 0.1, Timeout = 0.5 }],
            Pools = [new PoolConfiguration
            {
                Name = "web",
                LoadBalancingMode = "ratio-member",
                Monitor = members == running ? "web_health" : null,
                Members = [.. ports.Select(port => new MemberConfiguration { Address = $"127.0.0.1:{port}", Ratio = Ratio })],
            }],
            VirtualServers = [new VirtualServerConfiguration { Name = "vs_web", Pool = "web" }],
        };
        BigIpSimulator simulator = await BigIpSimulator.StartAsync(configuration, TestContext.Current.CancellationToken);
        var forwarder = new CuttingForwarder(simulator.ControlUri.Port);
        F5Session session = await ConnectAsync(new Uri($"https://127.0.0.1:{forwarder.Port}"));
        return new F5Range(simulator, forwarder, session, instances);
    }

    public static Task<F5Session> ConnectAsync(Uri uri, TimeProvider? time = null) => F5Session.ConnectAsync(
        new F5ConnectOptions { Uri = uri, UserName = User, Password = Password, SkipCertificateCheck = true },
        time ?? TimeProvider.System, TestContext.Current.CancellationToken);

    public void LoseNextAnswer(TrafficState state) => Simulator.Faults.Add(new Fault(FaultKind.LostAnswer) { Method = "PATCH" });

    public Task StopAsync() => _forwarder.StopAsync();

    /// <summary>Comes back as a real unit does: it has forgotten all tokens, and does not know its own addresses for a moment.</summary>
    public Task StartAsync()
    {
        Simulator.Tokens.DeleteAll();
        Simulator.Faults.Add(new Fault(FaultKind.Booting) { Count = 2 });
        _forwarder.Restart();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _forwarder.DisposeAsync();
        await Simulator.DisposeAsync();
        foreach (TestInstance instance in _instances.Values) await instance.DisposeAsync();
    }
}
