using System.Runtime.InteropServices;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Expressions;

namespace AppStatus.Core.Monitoring.Metrics.Local;

/// <summary>Reads the machine that this runs on, without any exporter.</summary>
internal sealed class LocalSource(IHostCounters counters, TimeProvider time) : IMetricSource
{
    private ProcessorTimes? _before;

    public static IReadOnlyList<string> Names => KnownMetrics.Defaults;

    /// <exception cref="AppStatusException"><see cref="ErrorId.NotSupported"/>.</exception>
    public static IHostCounters CountersHere()
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux)) return new LinuxCounters();
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) return new WindowsCounters();
        throw new AppStatusException(ErrorId.NotSupported, "The source Local reads Windows and Linux.", "Install node_exporter here, and use the source Prometheus.");
    }

    public async Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken)
    {
        // A disk that does not answer keeps its thread, not the caller's.
        IReadOnlyDictionary<string, MetricValue> values = await Task.Run(() => Read([.. request.Metrics.Select(metric => metric.Text).Distinct(StringComparer.Ordinal)]), cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = time.GetUtcNow();
        return [.. request.Targets.SelectMany(target => ThisMachine.Is(target)
            ? request.Metrics.Select(metric => MetricReading.Of(target, metric.Text, values[metric.Text], now))
            : request.NoneOf(target, new Fault(ErrorId.NoData, $"{target.Name} is another machine than {ThisMachine.Name}, which is all that the source Local can read.", "Use -Source Prometheus with an exporter there.")))];
    }

    public void Dispose()
    {
        // Nothing is held between readings.
    }

    private Dictionary<string, MetricValue> Read(string[] metrics)
    {
        var values = new Dictionary<string, MetricValue>(StringComparer.Ordinal);
        foreach (string metric in metrics)
        {
            try
            {
                values[metric] = metric switch
                {
                    KnownMetrics.Cpu => Cpu(),
                    KnownMetrics.Memory => Memory(),
                    KnownMetrics.Disk => Disk(),
                    _ => MetricValue.NotFound("a machine that is read without an exporter has none of that name", $"It has {string.Join(", ", Names)}."),
                };
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                values[metric] = MetricValue.NoData(SafeText.Condensed(exception.Message).TrimEnd('.'));
            }
        }

        return values;
    }

    private MetricValue Cpu()
    {
        ProcessorTimes now = counters.ReadProcessors();
        ProcessorTimes? before = _before;
        _before = now;
        if (before is null) return MetricValue.First;
        double all = now.All - before.All;
        return all <= 0 ? MetricValue.NoData("the processors' times have not moved since the last reading") : MetricValue.Percent(100 * (1 - ((now.Idle - before.Idle) / all)));
    }

    private MetricValue Memory()
    {
        HostMemory memory = counters.ReadMemory();
        return MetricValue.Percent(100 * (1 - (memory.Available / memory.Total)));
    }

    private MetricValue Disk()
    {
        IReadOnlyList<double?> used = counters.ReadDisks();
        if (used.Count == 0) return MetricValue.NoData("no disk that can be written was found");
        return used.Any(percent => percent is null) ? MetricValue.NoData("a disk tells no size that makes sense") : MetricValue.Percent(used.Max()!.Value);
    }
}
