using System.Globalization;
using AppStatus.Lab.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AppStatus.Lab.Application;

/// <summary>
/// The application that the lab deploys, on Kestrel: <c>/</c> (a POST is answered when its body has ended), <c>/version</c>, <c>/slow?ms=1500</c>, <c>/appstatus</c>, <c>/health</c>, <c>/_status</c>, <c>/metrics</c>,
/// and <c>/flags</c> where it has feature flags, one of which shows in <c>/</c>.
/// Stopping ends listening at once, and lets requests in flight end for up to <see cref="StopLimit"/>.
/// </summary>
internal sealed class ApplicationServer : IAsyncDisposable
{
    public const string VersionHeader = "X-App-Version";

    private const int LongestDelayMilliseconds = 600_000;

    private readonly WebApplication _application;

    private ApplicationServer(WebApplication application, Uri uri)
    {
        _application = application;
        Uri = uri;
    }

    public static TimeSpan StopLimit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Where it listens, with the port that it really got.</summary>
    public Uri Uri { get; }

    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<ApplicationServer> StartAsync(AppOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        await Task.Delay(options.StartDelay, time, cancellationToken);
        var application = Build(options, time);
        try
        {
            await application.StartAsync(cancellationToken);
            var address = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
            return new ApplicationServer(application, new Uri(address));
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await _application.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();

    private static WebApplication Build(AppOptions options, TimeProvider time)
    {
        // The empty builder: no configuration files to watch, no logging providers, no event sources. It starts in half the time of the slim one.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A client may take its time over a body: rehearsals hold requests open.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(options.Bind, options.Port);
        });
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        builder.Services.AddRoutingCore();
        AddStatus(builder.Services, options);
        FeaturePage.Add(builder.Services, options);
        if (options.BurnPercent > 0 || options.LeakMegabytes > 0)
        {
            builder.Services.AddHostedService(_ => new Waste(options, time));
        }

        var application = builder.Build();
        var counters = new RequestCounters();
        application.Use(next => context => counters.CountAsync(context, next));
        application.UseRouting();
        if (HasOperators(options))
        {
            application.UseAuthentication();
        }

        application.UseAuthorization();
        Map(application, options, time);
        application.MapGet(RequestCounters.Path, counters.WriteAsync);
        return application;
    }

    private static bool HasOperators(AppOptions options) => options.User is not null || options.Token is not null;

    private static void AddStatus(IServiceCollection services, AppOptions options)
    {
        services.AddAppStatus(status =>
        {
            status.Version = options.Version;
            status.HostName = options.Name;
            status.InitialStatus = options.Status;
            status.StatusFile = options.StatusFile is null ? null : Path.GetFullPath(options.StatusFile);
            status.UnavailableStatusCode = options.UnavailableStatusCode;
        });
        if (!HasOperators(options))
        {
            return;
        }

        var authentication = services.AddAuthentication();
        if (options is { User: { } user, Password: { } password })
        {
            authentication.AddAppStatusBasic(basic => basic.AddUser(user, password));
        }

        if (options.Token is { } token)
        {
            authentication.AddAppStatusBearer(bearer => bearer.AddToken("token", token));
        }
    }

    private static void Map(WebApplication application, AppOptions options, TimeProvider time)
    {
        var name = options.Name ?? string.Create(CultureInfo.InvariantCulture, $"app-{options.Port}");
        application.MapAppStatus();
        var page = FeaturePage.Map(application, options);
        var failures = new FailureShare(options.ErrorPercent);
        application.MapGet("/", context =>
        {
            if (failures.IsNext()) context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return WriteAsync(context, options, $"{name} {options.Version}{page.Of(context.Request)}\n");
        });
        application.MapPost("/", async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            await WriteAsync(context, options, $"{name} {options.Version}\n");
        });
        application.MapGet("/version", context => WriteAsync(context, options, options.Version));
        application.MapGet("/slow", async context =>
        {
            await Task.Delay(Delay(context.Request), time, context.RequestAborted);
            await WriteAsync(context, options, $"{name} {options.Version} slowly\n");
        });
        foreach (var path in (string[])["/health", "/_status"])
        {
            application.MapGet(path, context =>
            {
                context.Response.StatusCode = options.FailHealth ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
                return WriteAsync(context, options, options.FailHealth ? "unhealthy" : "healthy");
            });
        }
    }

    private static TimeSpan Delay(HttpRequest request) =>
        int.TryParse(request.Query["ms"], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, LongestDelayMilliseconds))
            : TimeSpan.FromSeconds(1);

    private static Task WriteAsync(HttpContext context, AppOptions options, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers[VersionHeader] = options.Version;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
