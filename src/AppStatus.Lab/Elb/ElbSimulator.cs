using AppStatus.Lab.Elb.Configuration;
using AppStatus.Lab.Elb.Control;
using AppStatus.Lab.Elb.Model;
using AppStatus.Lab.Elb.Traffic;
using AppStatus.Lab.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AppStatus.Lab.Elb;

/// <summary>
/// AWS Elastic Load Balancing on loopback: the query API of both generations (and of EC2, as far as it tells addresses), health
/// checks that really check, and listeners that really forward.
/// </summary>
internal sealed class ElbSimulator : IAsyncDisposable
{
    private readonly ElbConfiguration _configuration;
    private readonly ElbProxy _proxy;
    private readonly Dictionary<string, LoopbackServer> _listeners = new(StringComparer.Ordinal);
    private TargetMonitor? _monitor;
    private LoopbackServer? _api;

    private ElbSimulator(ElbConfiguration configuration)
    {
        _configuration = configuration;
        Model = new ElbModel(configuration);
        _proxy = new ElbProxy(Model);
    }

    public ElbModel Model { get; }

    public ElbFaultQueue Faults { get; } = new();

    public CallLog Log { get; } = new();

    public Uri ApiUri => _api!.Uri;

    public IEnumerable<string> Listeners => _listeners.Keys;

    /// <exception cref="IOException">A port is in use.</exception>
    /// <exception cref="InvalidOperationException">The configuration names what is not there.</exception>
    public static async Task<ElbSimulator> StartAsync(ElbConfiguration configuration, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        var simulator = new ElbSimulator(configuration);
        try
        {
            await simulator.StartAsync(time ?? TimeProvider.System, cancellationToken);
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where clients reach a load balancer of either kind, by its name.</summary>
    public Uri UriOf(string loadBalancer) => _listeners[loadBalancer].Uri;

    public string TargetGroupArn(string name) => Model.TargetGroups.Single(group => group.Pool.Name == name).Arn;

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            await _api.DisposeAsync();
        }

        if (_monitor is not null)
        {
            await _monitor.DisposeAsync();
        }

        foreach (var listener in _listeners.Values)
        {
            await listener.DisposeAsync();
        }

        _proxy.Dispose();
    }

    private async Task StartAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var balancer in Model.LoadBalancers)
        {
            var listener = await ListenAsync(balancer.Port, context => _proxy.HandleAsync(context, balancer), cancellationToken);
            _listeners.Add(balancer.Name, listener);
            balancer.Port = listener.Uri.Port;
        }

        foreach (var balancer in Model.Classic)
        {
            var listener = await ListenAsync(balancer.Port, context => _proxy.HandleAsync(context, balancer), cancellationToken);
            _listeners.Add(balancer.Name, listener);
            balancer.Port = listener.Uri.Port;
        }

        _monitor = new TargetMonitor(Model, time);
        var api = new QueryApi(Model, _configuration, Faults, Log, time);
        var lab = new LabEndpoints(Log, Faults);
        _api = await ListenAsync(_configuration.Port, context => LabEndpoints.IsFor(context.Request) ? lab.HandleAsync(context) : api.HandleAsync(context), cancellationToken);
    }

    private static Task<LoopbackServer> ListenAsync(int port, RequestDelegate handle, CancellationToken cancellationToken) =>
        LoopbackServer.StartAsync(port, listen => listen.Protocols = HttpProtocols.Http1, handle, cancellationToken);
}
