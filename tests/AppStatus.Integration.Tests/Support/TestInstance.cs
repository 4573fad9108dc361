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
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    private TestInstance(WebApplication app, string name)
    {
        _app = app;
        Name = name;
    }

    public string Name { get; }

    public int Port { get; private set; }

    /// <summary>What the health check at <c>/health</c> gets.</summary>
    public int HealthCode { get; set; } = StatusCodes.Status200OK;

    public int Held => Volatile.Read(ref _held);

    public static async Task<TestInstance> StartAsync(string name)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var instance = new TestInstance(builder.Build(), name);
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
        await _app.DisposeAsync();
    }
}
