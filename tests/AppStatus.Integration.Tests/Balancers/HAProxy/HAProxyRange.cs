using System.Text;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers.HAProxy;

internal sealed class HAProxyRange : IBalancerRange
{
    private readonly HAProxyProcess _process;
    private readonly CuttingForwarder _forwarder;
    private readonly Dictionary<string, TestInstance> _instances;

    private HAProxyRange(HAProxyProcess process, CuttingForwarder forwarder, HAProxySession session, Dictionary<string, TestInstance> instances)
    {
        _process = process;
        _forwarder = forwarder;
        _instances = instances;
        Session = session;
    }

    public HAProxySession Session { get; }

    public HAProxyProcess Process => _process;

    public IBalancer Balancer => Session.Balancer;

    public string Pool => "web";

    public Uri Entry => new($"http://127.0.0.1:{_process.EntryPort}/");

    public IReadOnlyDictionary<string, TestInstance> Instances => _instances;

    public int RoundTrips => _forwarder.Connections;

    /// <summary>So many connections to the runtime API, at the most, have been open side by side.</summary>
    public int MostSideBySide => _forwarder.MostOpen;

    public int OtherWeight => 30;

    /// <summary>Without a server-state file, as most are: see HAProxyQuirkTests.</summary>
    public bool KeepsStateOverRestart => false;

    /// <summary>Ports by server name, also of those where nobody listens.</summary>
    public required IReadOnlyDictionary<string, int> Ports { get; init; }

    public bool AnswerWasLost => _forwarder.Lost;

    /// <param name="members">Servers of the backend <c>web</c>.</param>
    /// <param name="running">How many of them have an instance.</param>
    /// <param name="more">Lines that follow the backend's servers.</param>
    /// <param name="check">How the servers are checked.</param>
    public static async Task<HAProxyRange> StartAsync(int members, int running, string more = "", string check = "option httpchk GET /health")
    {
        Requirement.Program("haproxy");
        var instances = new Dictionary<string, TestInstance>(StringComparer.Ordinal);
        var backend = new StringBuilder($"backend web\n  balance roundrobin\n  {check}\n");
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 1; i <= members; i++)
        {
            string name = $"web{i:000}";
            if (i <= running) instances[name] = await TestInstance.StartAsync(name);
            int port = ports[name] = i <= running ? instances[name].Port : i;
            backend.Append($"  server {name} 127.0.0.1:{port} weight 10{(i <= running ? " check inter 100 rise 2 fall 2" : "")}\n");
        }

        HAProxyProcess process = await HAProxyProcess.StartAsync(backend.ToString() + more);
        var forwarder = new CuttingForwarder(process.AdminPort);
        HAProxySession session = await ConnectAsync(new Uri($"tcp://127.0.0.1:{forwarder.Port}"));
        return new HAProxyRange(process, forwarder, session, instances) { Ports = ports };
    }

    public static Task<HAProxySession> ConnectAsync(params Uri[] uris) => HAProxyBalancer.ConnectAsync(
        new HAProxyOptions { Uris = uris, RestartGrace = TimeSpan.FromSeconds(30) }, TimeProvider.System, TestContext.Current.CancellationToken);

    public void LoseNextAnswer(TrafficState state) => _forwarder.LoseNextAnswer();

    public Task StopAsync() => _process.StopAsync();

    public Task StartAsync() => _process.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _forwarder.DisposeAsync();
        await _process.DisposeAsync();
        foreach (TestInstance instance in _instances.Values) await instance.DisposeAsync();
    }
}
