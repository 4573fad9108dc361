using Microsoft.Extensions.Hosting;

namespace AppStatus.Lab.Hosting;

/// <summary>Leaves signals to the command line: a host inside a test must not claim Ctrl+C for itself.</summary>
internal sealed class SilentLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
