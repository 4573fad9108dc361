using System.Net;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Elb;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.Elb;
using AppStatus.Lab.Elb.Configuration;
using AppStatus.Lab.Elb.Control;

namespace AppStatus.Integration.Tests.Balancers.Elb;

/// <summary>The ELB simulator with real instances behind it, a target group or a classic load balancer; its API is reached through a forwarder.</summary>
internal sealed class ElbRange : IBalancerRange
{
    public const string AccessKeyId = "AKIDEXAMPLE";
    public const string SecretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const int FirstDeadPort = 1000;
    private readonly CuttingForwarder _forwarder;
    private readonly Dictionary<string, TestInstance> _instances;
    private readonly bool _classic;

    private ElbRange(ElbSimulator simulator, CuttingForwarder forwarder, ElbSession session, Dictionary<string, TestInstance> instances, bool classic)
    {
        Simulator = simulator;
        _forwarder = forwarder;
        Session = session;
        _instances = instances;
        _classic = classic;
    }

    public ElbSimulator Simulator { get; }

    public ElbSession Session { get; }

    public IBalancer Balancer => Session.Balancer;

    public string Pool => "web";

    public Uri Entry => Simulator.UriOf(_classic ? "web" : "alb");

    public IReadOnlyDictionary<string, TestInstance> Instances => _instances;

    public int RoundTrips => Simulator.Log.Calls.Count;

    public int OtherWeight => 30;

    public bool AnswerWasLost => Simulator.Faults.Pending.Count == 0;

    /// <summary>Once a process: the SDK's chain looks into the environment, and every test signs with the same keys.</summary>
    public static void SetCredentials()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", AccessKeyId);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", SecretAccessKey);
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
    }

    public static async Task<ElbRange> StartAsync(int members, int running, bool classic = false, double delay = 1, Func<ElbConfiguration, ElbConfiguration>? adjust = null, TimeProvider? time = null)
    {
        // Instances of a classic load balancer all have one port, so each needs an address of its own.
        int port = classic ? LoopbackPorts.Free(1)[0] : 0;
        var instances = new Dictionary<string, TestInstance>(StringComparer.Ordinal);
        for (int i = 0; i < running; i++)
        {
            TestInstance instance = await TestInstance.StartAsync($"web{i + 1:000}", classic ? IPAddress.Parse($"127.0.1.{i + 1}") : null, port);
            instances[$"{InstanceId(i)}:{instance.Port}"] = instance;
        }

        string[] targets = [.. instances.Keys.Concat(Enumerable.Range(running, members - running).Select(i => $"{InstanceId(i)}:{FirstDeadPort + i}"))];
        var configuration = new ElbConfiguration
        {
            SecretAccessKey = SecretAccessKey,
            Instances = [.. targets.Select((_, i) => new InstanceConfiguration { Id = InstanceId(i), Name = $"web{i + 1:000}", Address = classic ? $"127.0.1.{i + 1}" : "127.0.0.1" })],
            TargetGroups = classic ? [] : [new TargetGroupConfiguration { Name = "web", HealthPath = "/health", HealthIntervalSec = 0.1, HealthyThreshold = 2, DeregistrationDelaySec = delay, Targets = targets }],
            Listeners = classic ? [] : [new ListenerConfiguration { LoadBalancer = "alb", Default = new Dictionary<string, int> { ["web"] = 1 } }],
            ClassicLoadBalancers = classic ? [new ClassicConfiguration { Name = "web", InstancePort = port, HealthPath = "/health", HealthIntervalSec = 0.1, HealthyThreshold = 2, DrainTimeoutSec = 60, Instances = [.. targets.Select((_, i) => InstanceId(i))] }] : [],
        };
        ElbSimulator simulator = await ElbSimulator.StartAsync(adjust?.Invoke(configuration) ?? configuration, TestContext.Current.CancellationToken, time);
        var forwarder = new CuttingForwarder(simulator.ApiUri.Port);
        ElbConnectOptions options = classic ? new() { LoadBalancerName = "web", Region = "us-east-1" } : new() { TargetGroupArns = [simulator.TargetGroupArn("web")] };
        ElbSession session = await ConnectAsync(options with { EndpointUri = new Uri($"http://127.0.0.1:{forwarder.Port}") });
        return new ElbRange(simulator, forwarder, session, instances, classic);
    }

    public static Task<ElbSession> ConnectAsync(ElbConnectOptions options)
    {
        SetCredentials();
        return ElbSession.ConnectAsync(options, TestContext.Current.CancellationToken);
    }

    /// <summary>Another process that connects to the same.</summary>
    public Task<ElbSession> ConnectAgainAsync(string rule = "") =>
        ConnectAsync((_classic ? new ElbConnectOptions { LoadBalancerName = "web", Region = "us-east-1" } : new() { TargetGroupArns = [.. Simulator.Model.TargetGroups.Select(group => group.Arn)], RuleArn = rule })
            with { EndpointUri = Simulator.ApiUri });

    public void LoseNextAnswer(TrafficState state) => Simulator.Faults.Add(new ElbFault(ElbFaultKind.LostAnswer)
    {
        Action = (_classic, state) switch
        {
            (true, TrafficState.Enabled) => "RegisterInstancesWithLoadBalancer",
            (true, _) => "DeregisterInstancesFromLoadBalancer",
            (false, TrafficState.Enabled) => "RegisterTargets",
            _ => "DeregisterTargets",
        },
    });

    public Task StopAsync() => _forwarder.StopAsync();

    /// <summary>Comes back throttling, as it does when all its callers come back at once.</summary>
    public Task StartAsync()
    {
        Simulator.Faults.Add(new ElbFault(ElbFaultKind.Throttling) { Count = 2 });
        _forwarder.Restart();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _forwarder.DisposeAsync();
        await Simulator.DisposeAsync();
        foreach (TestInstance instance in _instances.Values) await instance.DisposeAsync();
    }

    private static string InstanceId(int number) => $"i-{number + 1:x17}";
}
