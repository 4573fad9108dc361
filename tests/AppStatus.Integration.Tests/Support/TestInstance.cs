using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AppStatus.Integration.Tests.Support;

/// <summary>An application behind a balancer: answers its name, and holds <c>/hold</c> requests until it is told to let go.</summary>
internal sealed class TestInstance : IAsyncDisposable
{
    public const string Operator = "operator";
    public const string OperatorPassword = "a long password";
    /// <summary>Where a balancer's monitor reads the status; what is asked there is not counted, held or lost.</summary>
    public const string MonitorPath = "/appstatus?by=monitor";
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StatusTraffic _status = new();
    private int _held;

    private TestInstance(WebApplication app, string name, IPAddress address)
    {
        Address = address.ToString();
        _app = app;
        Name = name;
    }

    public string Name { get; }

    public string Address { get; }

    public int Port { get; private set; }

    /// <summary>What the health check at <c>/health</c> gets.</summary>
    public int HealthCode { get; set; } = StatusCodes.Status200OK;

    public int Held => Volatile.Read(ref _held);

    /// <summary>What comes in at <c>/appstatus</c>, the application's own endpoint.</summary>
    public StatusTraffic Status => _status;

    /// <param name="address">Of loopback; default: 127.0.0.1.</param>
    /// <param name="port">0 takes a free one.</param>
    public static async Task<TestInstance> StartAsync(string name, IPAddress? address = null, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(address ?? IPAddress.Loopback, port));
        builder.Services.AddAppStatus(status =>
        {
            status.Version = "1.0";
            status.InitialStatus = AppStatus.AspNetCore.InstanceStatus.Ready;
            status.StatusFile = null;
        });
        builder.Services.AddAuthentication().AddAppStatusBasic(basic => basic.AddUser(Operator, OperatorPassword));
        var instance = new TestInstance(builder.Build(), name, address ?? IPAddress.Loopback);
        instance._app.UseWhen(context => context.Request.Path == "/appstatus" && !context.Request.QueryString.HasValue, app => app.Use(instance._status.PassAsync));
        instance._app.UseRouting();
        instance._app.UseAuthentication();
        instance._app.UseAuthorization();
        instance._app.MapAppStatus();
        instance._app.MapGet("/health", () => Results.StatusCode(instance.HealthCode));
        instance._app.MapGet("/", () => name);
        instance._app.MapGet("/hold", async () =>
        {
            Interlocked.Increment(ref instance._held);
            await instance._release.Task;
            return name;
        });
        await instance._app.StartAsync();
        instance.Port = new Uri(instance._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        return instance;
    }

    public void Release() => _release.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        _status.LetGo();
        await _app.DisposeAsync();
    }
}
