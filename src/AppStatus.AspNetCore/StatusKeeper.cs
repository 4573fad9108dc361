using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AppStatus.AspNetCore;

/// <summary>Owns the status: loads it, changes it (file first, then memory), and tells the application.</summary>
internal sealed class StatusKeeper : IAppStatusSource, IDisposable
{
    private readonly SemaphoreSlim _oneChange = new(1, 1);
    private readonly ILogger<StatusKeeper> _logger;
    private readonly StatusFile? _file;
    private volatile InstanceStatus _current;

    public StatusKeeper(IOptions<AppStatusOptions> options, IHostEnvironment environment, ILogger<StatusKeeper> logger)
    {
        _logger = logger;
        _file = options.Value.StatusFile is { } path ? new StatusFile(Path.Combine(environment.ContentRootPath, path)) : null;
        _current = Load(options.Value.InitialStatus);
    }

    public event EventHandler<AppStatusChangedEventArgs>? Changed;

    public InstanceStatus Current => _current;

    /// <exception cref="IOException">The status could not be kept; it stays what it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same, for want of a right on the file.</exception>
    public async Task SetAsync(InstanceStatus status, CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken);
        try
        {
            if (_file is not null)
            {
                await _file.WriteAsync(status, cancellationToken);
            }

            var previous = _current;
            _current = status;
            if (previous != status)
            {
                _logger.LogInformation("The status is {Status}; it was {Previous}.", status.ToWire(), previous.ToWire());
                Tell(new AppStatusChangedEventArgs(previous, status));
            }
        }
        finally
        {
            _oneChange.Release();
        }
    }

    public void Dispose() => _oneChange.Dispose();

    private InstanceStatus Load(InstanceStatus initial)
    {
        try
        {
            return _file?.Read() ?? initial;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // Whoever was taken out of traffic before the damage must not come back by itself.
            _logger.LogError(failure, "The kept status can't be read: starting as stand-by. Set the status again to repair it.");
            return InstanceStatus.StandBy;
        }
    }

    private void Tell(AppStatusChangedEventArgs change)
    {
        foreach (var handler in Changed?.GetInvocationList() ?? [])
        {
            try
            {
                ((EventHandler<AppStatusChangedEventArgs>)handler)(this, change);
            }
            catch (Exception failure)
            {
                _logger.LogError(failure, "A handler of the status change failed; the status stays {Status}.", change.Current.ToWire());
            }
        }
    }
}
