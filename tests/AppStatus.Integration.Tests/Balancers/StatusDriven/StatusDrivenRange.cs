using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Status;
using AppStatus.Integration.Tests.Balancers.HAProxy;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers.StatusDriven;

/// <summary>Instances whose status drives the check of a real HAProxy, which is only read, or not even that.</summary>
internal sealed class StatusDrivenRange : IBalancerRange
{
    private readonly HAProxyRange _behind;
    private readonly StatusClient _client;
    private readonly bool _observed;

    private StatusDrivenRange(HAProxyRange behind, StatusClient client, StatusDrivenBalancer balancer, bool observed)
    {
        _behind = behind;
        _client = client;
        _observed = observed;
        Balancer = balancer;
        Instances = behind.Instances.ToDictionary(entry => NameOf(entry.Key), entry => entry.Value, StringComparer.Ordinal);
    }

    public IBalancer Balancer { get; }

    public string Pool => _observed ? _behind.Pool : StatusDrivenBalancer.UnobservedPool;

    public Uri Entry => _behind.Entry;

    public IReadOnlyDictionary<string, TestInstance> Instances { get; }

    /// <summary>The balancer's, where there is one; else how often each instance that runs was asked.</summary>
    public int RoundTrips => _observed ? _behind.RoundTrips : Instances.Values.Sum(instance => instance.Status.Asked);

    public int OtherWeight => 30;

    public bool RefusesOffline => true;

    public bool KnowsShares => _observed;

    public bool AnswerWasLost => Instances.Values.Count(instance => instance.Status.Lost) == 1;

    public static async Task<StatusDrivenRange> StartAsync(int members, int running, bool observed)
    {
        HAProxyRange behind = await HAProxyRange.StartAsync(members, running, check: $"option httpchk GET {TestInstance.MonitorPath}\n  http-check expect string ready");
        IReadOnlyList<PoolMember> seen = observed ? await behind.Balancer.GetMembersAsync(behind.Pool, TestContext.Current.CancellationToken) : [];
        StatusTarget[] targets =
        [
            .. behind.Ports.Select(port => new StatusTarget(port.Key, new Uri($"http://127.0.0.1:{port.Value}/appstatus")) { Member = seen.FirstOrDefault(member => member.Name == port.Key) }),
        ];
        var client = new StatusClient(new StatusClientOptions { Credential = new(TestInstance.Operator, TestInstance.OperatorPassword) });
        return new StatusDrivenRange(behind, client, new StatusDrivenBalancer(client, targets, observed ? behind.Balancer : null), observed);
    }

    /// <summary>By its instance: one status stands for all of an instance's memberships, whatever they are called.</summary>
    public PoolMember Unknown(PoolMember member) => _observed ? member with { Name = member.Name + "9", Port = 9 } : member with { Name = "127.0.0.1:9", Port = 9 };

    public async Task UntilOutOfTrafficAsync(string member) => await Eventually.GetAsync(
        () => _behind.Balancer.GetMembersAsync(_behind.Pool, TestContext.Current.CancellationToken),
        members => members.Single(read => NameOf(read.Name) == member).Health == MemberHealth.Down, "HAProxy's check seeing the status");

    public void LoseNextAnswer(TrafficState state)
    {
        foreach (TestInstance instance in Instances.Values) instance.Status.LoseNextAnswer();
    }

    /// <summary>Where no balancer is in view, who asks only feels the instances: they are so busy that they answer nobody.</summary>
    public Task StopAsync()
    {
        if (_observed) return _behind.StopAsync();
        foreach (TestInstance instance in Instances.Values) instance.Status.Hold();
        return Task.CompletedTask;
    }

    public Task StartAsync()
    {
        if (_observed) return _behind.StartAsync();
        foreach (TestInstance instance in Instances.Values) instance.Status.LetGo();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _behind.DisposeAsync();
    }

    private string NameOf(string server) => _observed ? server : $"127.0.0.1:{_behind.Ports[server]}";
}
