using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AppStatus.Lab.Application;

/// <summary>An application instance in a process of its own, which ends with the process that started it.</summary>
internal sealed class AppInstance : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private AppInstance(Process process, AppOptions options, Uri uri)
    {
        _process = process;
        Options = options;
        Uri = uri;
    }

    public AppOptions Options { get; }

    public Uri Uri { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts the process and returns when it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended before it listened; the message holds what it said.</exception>
    /// <exception cref="TimeoutException">It does not listen within its start delay and 60 s.</exception>
    public static async Task<AppInstance> StartAsync(AppOptions options, CancellationToken cancellationToken)
    {
        options = options with { StopWithInput = true };
        var process = Process.Start(StartInfo(options)) ?? throw new InvalidOperationException("The instance's process could not be started.");
        try
        {
            // Both streams are read to their end, so that the child never blocks on a full pipe.
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var firstLine = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask()
                .WaitAsync(StartLimit + options.StartDelay, TimeProvider.System, cancellationToken);
            if (firstLine is null || !firstLine.StartsWith(AppVerb.ListeningPrefix, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"Instance {options.Name} {options.Version} on port {options.Port} ended before it listened: {firstLine}{await errors}");
            }

            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return new AppInstance(process, options, new Uri(firstLine[AppVerb.ListeningPrefix.Length..]));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    /// <summary>Asks it to end: it stops listening, and ends when its requests have.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            _process.StandardInput.Close();
        }
        else if (!_process.HasExited)
        {
            UnixSignals.Terminate(_process.Id);
        }

        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Ends it at once, with whatever it was doing.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(AppOptions options)
    {
        var start = new ProcessStartInfo(DotNetHost())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "AppStatus.Lab.dll"));
        start.ArgumentList.Add("app");
        foreach (var argument in options.ToArguments())
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    // The host beside the runtime that runs us; on the path where we run in a program that brings its own runtime.
    private static string DotNetHost()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }
}
