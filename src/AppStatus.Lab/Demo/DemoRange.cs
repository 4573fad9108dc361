using System.Collections.Concurrent;
using System.Globalization;
using AppStatus.AspNetCore;
using AppStatus.Lab.Application;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.Hosting;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Lab.Demo;

/// <summary>Eight instances behind a BIG-IP, and a door through which a deploy script replaces one of them.</summary>
internal sealed class DemoRange : IAsyncDisposable
{
    public const string Pool = "web", VirtualServer = "vs_web", User = "admin", Password = "admin";

    private readonly ConcurrentDictionary<int, AppInstance> _instances = new();
    private readonly BigIpSimulator _bigIp;
    private readonly LoopbackServer _door;

    private DemoRange(IEnumerable<AppInstance> instances, BigIpSimulator bigIp, Func<DemoRange, Task<LoopbackServer>> door)
    {
        foreach (AppInstance instance in instances) _instances[instance.Uri.Port] = instance;
        _bigIp = bigIp;
        _door = door(this).GetAwaiter().GetResult();
    }

    public Uri BigIpUri => _bigIp.ControlUri;

    public Uri TrafficUri => _bigIp.UriOf(VirtualServer);

    /// <summary><c>POST /instances/PORT?version=2.0</c> replaces the process on that port.</summary>
    public Uri DoorUri => _door.Uri;

    public static async Task<DemoRange> StartAsync(int count, string version, DemoPorts ports, CancellationToken cancellationToken)
    {
        var instances = new List<AppInstance>();
        try
        {
            foreach (int number in Enumerable.Range(1, count))
            {
                var options = new AppOptions { Port = ports.FirstInstance == 0 ? 0 : ports.FirstInstance + number - 1, Name = $"web{number.ToString("00", CultureInfo.InvariantCulture)}", Version = version, Status = InstanceStatus.Ready };
                instances.Add(await AppInstance.StartAsync(options, cancellationToken));
            }

            BigIpSimulator bigIp = await BigIpSimulator.StartAsync(Configuration(instances, ports), cancellationToken);
            var range = new DemoRange(instances, bigIp, self => LoopbackServer.StartAsync(ports.Door, _ => { }, self.ReplaceAsync, cancellationToken));
            await range.WaitUntilServingAsync(cancellationToken);
            return range;
        }
        catch
        {
            foreach (AppInstance instance in instances) await instance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the process on the port, in order, and starts the version in its place.</summary>
    public async Task ReplaceAsync(int port, string version, CancellationToken cancellationToken)
    {
        AppInstance old = _instances[port];
        await old.StopAsync(cancellationToken);
        await old.DisposeAsync();
        _instances[port] = await AppInstance.StartAsync(old.Options with { Port = port, Version = version }, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        await _bigIp.DisposeAsync();
        foreach (AppInstance instance in _instances.Values) await instance.DisposeAsync();
    }

    private static BigIpConfiguration Configuration(List<AppInstance> instances, DemoPorts ports) => new()
    {
        Port = ports.BigIp,
        User = User,
        Password = Password,
        Monitors = [new MonitorConfiguration { Name = "status", Recv = "ready", Interval = 0.2 }],
        Pools =
        [
            new PoolConfiguration
            {
                Name = Pool,
                Monitor = "status",
                Members = [.. instances.Select(instance => new MemberConfiguration { Address = $"{instance.Uri.Host}:{instance.Uri.Port}", Name = $"{instance.Uri.Host}:{instance.Uri.Port}" })],
            },
        ],
        VirtualServers = [new VirtualServerConfiguration { Name = VirtualServer, Pool = Pool, Port = ports.Traffic }],
    };

    private async Task ReplaceAsync(HttpContext context)
    {
        string[] path = (context.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!HttpMethods.IsPost(context.Request.Method) || path is not ["instances", var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out int port) || !_instances.ContainsKey(port))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await ReplaceAsync(port, context.Request.Query["version"].ToString(), context.RequestAborted);
    }

    private async Task WaitUntilServingAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        while (_instances.Keys.Any(port => _bigIp.Member(Pool, $"127.0.0.1:{port}").Health != BigIp.Model.MemberHealth.Up))
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
    }
}

/// <summary>Where the range listens; 0 takes a free port.</summary>
internal sealed record DemoPorts(int BigIp, int Traffic, int Door, int FirstInstance = 0)
{
    public static DemoPorts Free { get; } = new(0, 0, 0);
}
