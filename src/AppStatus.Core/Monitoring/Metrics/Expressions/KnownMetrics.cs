using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>The metrics that have one name here, whatever an exporter calls what they are computed from.</summary>
internal static class KnownMetrics
{
    public const string Cpu = "cpu_percent", Memory = "memory_percent", Disk = "disk_percent";
    public const string ProcessCpu = "process_cpu_percent", ProcessMemory = "process_memory_bytes";
    public const string Errors = "error_percent", Requests = "request_rate";

    private static readonly SeriesSelector ProcessSeconds = Series("process_cpu_seconds_total");
    private static readonly SeriesSelector ProcessBytes = Series("process_resident_memory_bytes");
    private static readonly SeriesSelector WindowsProcessBytes = Series("process_working_set_bytes");

    private static readonly Dictionary<string, Func<Scrape, Scrape?, MetricValue>> Formulas = new(StringComparer.Ordinal)
    {
        [Cpu] = HostMetrics.Cpu,
        [Memory] = (now, _) => HostMetrics.Memory(now.Content),
        [Disk] = (now, _) => HostMetrics.Disk(now.Content),
        [ProcessCpu] = OfProcessCpu,
        [ProcessMemory] = (now, before) => ProcessBytes.Evaluate(now, before) is { IsNumber: true } bytes ? bytes : WindowsProcessBytes.Evaluate(now, before) is { IsNumber: true } set ? set : ProcessBytes.Evaluate(now, before),
        [Errors] = RequestMetrics.ErrorPercent,
        [Requests] = RequestMetrics.Rate,
    };

    public static IReadOnlyList<string> Names { get; } = [Cpu, Memory, Disk, ProcessCpu, ProcessMemory, Errors, Requests];

    /// <summary>What is read where nobody says what.</summary>
    public static IReadOnlyList<string> Defaults { get; } = [Cpu, Memory, Disk];

    public static Func<Scrape, Scrape?, MetricValue>? Find(string name) => Formulas.TryGetValue(name, out Func<Scrape, Scrape?, MetricValue>? formula) ? formula : null;

    /// <summary>Of one processor: two of them busy make 200.</summary>
    private static MetricValue OfProcessCpu(Scrape now, Scrape? before) =>
        ProcessSeconds.Evaluate(now, before) is { IsNumber: true } seconds ? MetricValue.Of(100 * seconds.Value, "%") : ProcessSeconds.Evaluate(now, before);

    private static SeriesSelector Series(string name) => new(name, name, []);
}
