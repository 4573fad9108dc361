using AppStatus.Lab.BigIp.Model;
using AppStatus.Lab.BigIp.Monitoring;
using AppStatus.Lab.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AppStatus.Lab.BigIp.Traffic;

/// <summary>A listener for each virtual server, following the configuration.</summary>
internal sealed class DataPlane : IAsyncDisposable
{
    private readonly DeviceStore _store;
    private readonly VirtualServerProxy _proxy;
    private readonly SemaphoreSlim _oneReconciliation = new(1, 1);
    private readonly Dictionary<FullPath, LoopbackServer> _listeners = [];

    public DataPlane(DeviceStore store, HealthTable health, TrafficTable traffic, TimeProvider time)
    {
        var ramp = new SlowRamp(time);
        store.Changed = ramp.Follow;
        health.CameUp = ramp.Begin;
        _store = store;
        Selector = new MemberSelector(health, traffic, ramp);
        _proxy = new VirtualServerProxy(store, Selector, traffic);
    }

    public MemberSelector Selector { get; }

    /// <summary>Starts what is missing and stops what is gone.</summary>
    /// <exception cref="IOException">A port is in use.</exception>
    public async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        await _oneReconciliation.WaitAsync(cancellationToken);
        try
        {
            var servers = _store.Current.VirtualServers;
            foreach (var (name, listener) in _listeners.Where(entry => !servers.ContainsKey(entry.Key)).ToArray())
            {
                _listeners.Remove(name);
                await listener.DisposeAsync();
            }

            foreach (var server in servers.Values.Where(server => !_listeners.ContainsKey(server.Name)))
            {
                await ListenAsync(server, cancellationToken);
            }
        }
        finally
        {
            _oneReconciliation.Release();
        }
    }

    /// <exception cref="KeyNotFoundException">There is no such virtual server.</exception>
    public Uri UriOf(FullPath virtualServer) => _listeners[virtualServer].Uri;

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners.Values)
        {
            await listener.DisposeAsync();
        }

        _proxy.Dispose();
        _oneReconciliation.Dispose();
    }

    private async Task ListenAsync(VirtualServer server, CancellationToken cancellationToken)
    {
        var name = server.Name;
        var listener = await LoopbackServer.StartAsync(
            server.Destination.Port, listen => listen.Protocols = HttpProtocols.Http1, context => _proxy.HandleAsync(context, name), cancellationToken);
        _listeners[name] = listener;
        _store.Change(state => (WithPort(state, name, listener.Uri.Port), true));
    }

    private static DeviceState WithPort(DeviceState state, FullPath name, int port) => state.VirtualServers.TryGetValue(name, out var server)
        ? state with { VirtualServers = state.VirtualServers.SetItem(name, server with { Destination = server.Destination with { Port = port } }) }
        : state;
}
