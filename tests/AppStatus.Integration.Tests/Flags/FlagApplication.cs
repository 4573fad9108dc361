using System.Collections.Concurrent;
using AppStatus.AspNetCore.Flags;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AppStatus.Integration.Tests.Flags;

/// <summary>An application with feature flags, set up as a user of the package would, and what it logged.</summary>
internal sealed class FlagApplication : IAsyncDisposable
{
    private readonly IHost _host;

    private FlagApplication(IHost host, ConcurrentQueue<string> log)
    {
        _host = host;
        Log = log;
    }

    public IFeatureFlags Flags => _host.Services.GetRequiredService<IFeatureFlags>();

    /// <summary>Level and text of each entry of the flags.</summary>
    public ConcurrentQueue<string> Log { get; }

    public static async Task<FlagApplication> StartAsync(Action<FeatureFlagOptions> configure, TimeProvider? time = null)
    {
        var log = new ConcurrentQueue<string>();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
#pragma warning disable CA2000 // The host disposes of it.
        builder.Logging.AddProvider(new Keeper(log));
#pragma warning restore CA2000
        if (time is not null) builder.Services.AddSingleton(time);
        builder.Services.AddFeatureFlags(configure);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return new FlagApplication(host, log);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private sealed class Keeper(ConcurrentQueue<string> log) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string text = formatter(state, exception);
            if (text.Contains("feature flag", StringComparison.Ordinal) || text.StartsWith("The key", StringComparison.Ordinal)) log.Enqueue($"{logLevel}: {text}");
        }

        public void Dispose()
        {
        }
    }
}
