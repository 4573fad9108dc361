using AppStatus.Lab.CommandLine;

namespace AppStatus.Lab.Load;

/// <summary>A constant rate of requests against a loopback address.</summary>
internal sealed record LoadOptions
{
    public const double MaxRate = 5000;
    public const double MaxSeconds = 600;

    public required Uri Uri { get; init; }

    public PathMix Paths { get; init; } = PathMix.Single;

    /// <summary>Requests a second, above 0, at most <see cref="MaxRate"/>.</summary>
    public double Rate { get; init; } = 100;

    /// <summary>At most <see cref="MaxSeconds"/>.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>False opens a connection for each request.</summary>
    public bool KeepAlive { get; init; } = true;

    /// <summary>A request that takes longer has failed.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Ends the run when it appears: the way to stop a load that another process started.</summary>
    public string? StopFile { get; init; }

    /// <exception cref="UsageException">A limit is exceeded, or the host is another machine.</exception>
    public void Validate()
    {
        if (!Uri.IsAbsoluteUri || Uri.Scheme is not ("http" or "https") || !Uri.IsLoopback)
        {
            throw new UsageException($"The load goes to loopback addresses only, over http or https; '{Uri}' is something else.");
        }

        if (Rate is not (> 0 and <= MaxRate))
        {
            throw new UsageException($"The rate must be above 0, and at most {MaxRate} requests a second.");
        }

        if (Duration <= TimeSpan.Zero || Duration.TotalSeconds > MaxSeconds)
        {
            throw new UsageException($"The run must last above 0, and at most {MaxSeconds} seconds.");
        }
    }
}
