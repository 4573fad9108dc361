namespace AppStatus.Core.Monitoring.Metrics.Local;

/// <summary>What an operating system counts of its host.</summary>
internal interface IHostCounters
{
    /// <exception cref="IOException">It can't be read.</exception>
    ProcessorTimes ReadProcessors();

    /// <exception cref="IOException">It can't be read.</exception>
    HostMemory ReadMemory();

    /// <summary>How full each disk is that can be written, 0–100; null for one that can't be read.</summary>
    IReadOnlyList<double?> ReadDisks();
}

/// <summary>Since the host was started, over all processors, in one unit whatever it is.</summary>
internal sealed record ProcessorTimes(double Idle, double All);

/// <summary>In bytes.</summary>
internal sealed record HostMemory(double Total, double Available);
