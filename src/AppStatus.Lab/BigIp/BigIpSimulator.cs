using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Control;
using AppStatus.Lab.BigIp.Model;
using AppStatus.Lab.BigIp.Monitoring;
using AppStatus.Lab.BigIp.Rest;
using AppStatus.Lab.BigIp.Rest.Sessions;
using AppStatus.Lab.BigIp.Traffic;
using AppStatus.Lab.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AppStatus.Lab.BigIp;

/// <summary>
/// A BIG-IP on loopback: iControl REST over TLS, monitors that really probe, and virtual servers that really forward.
/// </summary>
internal sealed class BigIpSimulator : IAsyncDisposable
{
    private readonly HealthTable _health = new();
    private readonly DeviceStore _store;
    private readonly DataPlane _dataPlane;
    private readonly X509Certificate2 _certificate;
    private MonitorLoop? _monitors;
    private LoopbackServer? _control;

    private BigIpSimulator(BigIpConfiguration configuration, TimeProvider time)
    {
        _store = new DeviceStore(InitialState.From(configuration));
        _dataPlane = new DataPlane(_store, _health, Traffic, time);
        _certificate = DeviceCertificate.Create(configuration.HostName, time);
        Tokens = new TokenStore(time);
    }

    public RequestLog RequestLog { get; } = new();

    public FaultQueue Faults { get; } = new();

    public TrafficTable Traffic { get; } = new();

    public TokenStore Tokens { get; }

    public DeviceState State => _store.Current;

    public Uri ControlUri => _control!.Uri;

    /// <summary>SHA-256 of the certificate, for clients that pin it.</summary>
    public string CertificateHash => _certificate.GetCertHashString(HashAlgorithmName.SHA256);

    public IEnumerable<FullPath> VirtualServers => State.VirtualServers.Keys;

    /// <param name="time">Of tokens, transactions and monitors.</param>
    /// <exception cref="IOException">A port is in use.</exception>
    /// <exception cref="FormatException">The configuration is written in no form that the device knows, or names what is not there.</exception>
    /// <exception cref="ArgumentException">Two things in it have one name.</exception>
    public static async Task<BigIpSimulator> StartAsync(BigIpConfiguration configuration, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        var simulator = new BigIpSimulator(configuration, time);
        try
        {
            await simulator.StartAsync(configuration, time, cancellationToken);
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where clients reach a virtual server: a name or a full path.</summary>
    public Uri UriOf(string virtualServer) => _dataPlane.UriOf(FullPath.Resolve(virtualServer));

    /// <summary>A member of a pool, by names or full paths, and what its monitors say.</summary>
    /// <exception cref="KeyNotFoundException">There is no such member.</exception>
    public (PoolMember Member, MemberHealth Health, MemberCounters Counters) Member(string pool, string member)
    {
        var found = State.Pools[FullPath.Resolve(pool)];
        var one = found.Members[FullPath.Resolve(member, found.Name.Partition)];
        return (one, _health.Of(found, one), Traffic.Of(new MemberKey(found.Name, one.Name)));
    }

    public void AddPool(PoolConfiguration pool) => _store.Change(state => (InitialState.With(state, pool), true));

    public async Task AddVirtualServerAsync(VirtualServerConfiguration server, CancellationToken cancellationToken)
    {
        var added = InitialState.ToVirtualServer(server);
        _store.Change(state => (state with { VirtualServers = state.VirtualServers.Add(added.Name, added) }, true));
        await _dataPlane.ReconcileAsync(cancellationToken);
    }

    /// <summary>A failover: this unit becomes the standby one, or the active one again.</summary>
    public void SetStandby(bool isStandby) => _store.Change(state => (state with { IsStandby = isStandby }, true));

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { _control, _monitors, _dataPlane })
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        _certificate.Dispose();
    }

    private async Task StartAsync(BigIpConfiguration configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        var view = new DeviceView(_store.Current, _health, Traffic, _dataPlane.Selector);
        var sessions = new SessionEndpoints(configuration, Tokens);
        var authentication = new RequestAuthentication(configuration, Tokens);
        var control = new ControlPlane(_store, view, _dataPlane, sessions, authentication, RequestLog, Faults, time);
        var lab = new LabEndpoints(_store, RequestLog, Faults);
        await _dataPlane.ReconcileAsync(cancellationToken);
        _monitors = new MonitorLoop(_store, _health, time);
        _control = await LoopbackServer.StartAsync(
            configuration.Port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(_certificate);
            },
            context => LabEndpoints.IsFor(context.Request) ? lab.HandleAsync(context) : control.HandleAsync(context),
            cancellationToken);
    }
}
