using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>What a host's exporter says of it: node_exporter's names, else windows_exporter's.</summary>
internal static class HostMetrics
{
    private const string NoExporter = "the exporter serves neither node_exporter's nor windows_exporter's metrics of it";
    private const string WhichPort = "Pass the port of the host's own exporter by -MetricsPort: 9100 is node_exporter's, 9182 windows_exporter's.";

    /// <summary>
    /// The part of the time since the last reading in which the processors were not idle. All modes together are that time; where only
    /// idle is served, it is taken from our clock.
    /// </summary>
    public static MetricValue Cpu(Scrape now, Scrape? before)
    {
        // Windows counts interrupts and DPCs as privileged time, too.
        (string Name, string[]? Modes)[] exporters = [("node_cpu_seconds_total", null), ("windows_cpu_time_total", ["idle", "user", "privileged"])];
        foreach ((string name, string[]? modes) in exporters)
        {
            IReadOnlyList<ExpositionSample> times = now.Content.Named(name);
            if (times.All(time => time.Label("mode") != "idle")) continue;
            return before is null ? MetricValue.First : Cpu([.. times.Where(time => modes is null || modes.Contains(time.Label("mode"), StringComparer.Ordinal))], now, before);
        }

        return MetricValue.NotFound(NoExporter, WhichPort);
    }

    public static MetricValue Memory(Exposition scrape)
    {
        double? total = One(scrape, "node_memory_MemTotal_bytes"), available = One(scrape, "node_memory_MemAvailable_bytes");
        // By the age of windows_exporter.
        total ??= One(scrape, "windows_memory_physical_total_bytes") ?? One(scrape, "windows_cs_physical_memory_bytes") ?? One(scrape, "windows_os_visible_memory_bytes");
        available ??= One(scrape, "windows_memory_available_bytes") ?? One(scrape, "windows_memory_physical_free_bytes") ?? One(scrape, "windows_os_physical_memory_free_bytes");
        if (total is null || available is null) return MetricValue.NotFound(NoExporter, WhichPort);
        return IsNumber(total.Value) && IsNumber(available.Value) && total > 0
            ? MetricValue.Percent(100 * (1 - (available.Value / total.Value)))
            : MetricValue.NoData(FormattableString.Invariant($"the exporter says {available} of {total} bytes"));
    }

    /// <summary>Of the fullest file system that is real and can be written, as df computes it: what only root may use counts as neither used nor free.</summary>
    public static MetricValue Disk(Exposition scrape)
    {
        List<double?> used = [.. NodeDisks(scrape), .. WindowsDisks(scrape)];
        if (used.Count == 0)
        {
            bool served = scrape.Named("node_filesystem_size_bytes").Count + scrape.Named("windows_logical_disk_size_bytes").Count > 0;
            return served ? MetricValue.NoData("none of the file systems that the exporter serves is a disk that can be written") : MetricValue.NotFound(NoExporter, WhichPort);
        }

        return used.Exists(percent => percent is null)
            ? MetricValue.NoData("the exporter gives no number for one of the file systems")
            : MetricValue.Percent(used.Max()!.Value);
    }

    private static MetricValue Cpu(List<ExpositionSample> times, Scrape now, Scrape before)
    {
        double idle = 0, all = 0;
        int processors = 0;
        foreach (ExpositionSample time in times)
        {
            bool isIdle = time.Label("mode") == "idle";
            if (isIdle) processors++;
            // A processor that was just switched on, or a host that was just started: the next reading will tell.
            if (before.Content.Find(time.Series) is not { } earlier || time.Value < earlier.Value) return MetricValue.NoData("the counters of the processors began anew since the last reading");
            double grown = time.Value - earlier.Value;
            if (!IsNumber(grown)) return MetricValue.NoData($"{SafeText.Of(time.Series, 200)} is no number");
            all += grown;
            if (isIdle) idle += grown;
        }

        if (times.Count == processors) all = processors * (now.Seconds - before.Seconds);
        return all <= 0 ? MetricValue.NoData("the counters of the processors have not moved since the last reading") : MetricValue.Percent(100 * (1 - (idle / all)));
    }

    private static IEnumerable<double?> NodeDisks(Exposition scrape)
    {
        foreach (ExpositionSample size in scrape.Named("node_filesystem_size_bytes"))
        {
            if (FileSystems.IsUnreal(size.Label("fstype")) || size.Value == 0) continue;
            if (Same(scrape, "node_filesystem_readonly", size) == 1) continue;
            double? free = Same(scrape, "node_filesystem_free_bytes", size), available = Same(scrape, "node_filesystem_avail_bytes", size) ?? free;
            yield return free is null || available is null ? null : FileSystems.UsedPercent(size.Value, free.Value, available.Value);
        }
    }

    private static IEnumerable<double?> WindowsDisks(Exposition scrape)
    {
        foreach (ExpositionSample size in scrape.Named("windows_logical_disk_size_bytes"))
        {
            // Volumes without a letter are recovery partitions, full by their nature.
            string volume = size.Label("volume");
            if (volume == "_Total" || volume.StartsWith("HarddiskVolume", StringComparison.Ordinal) || size.Value == 0) continue;
            double? free = Same(scrape, "windows_logical_disk_free_bytes", size);
            yield return free is null ? null : FileSystems.UsedPercent(size.Value, free.Value, free.Value);
        }
    }

    /// <summary>The value of another metric that has the same labels.</summary>
    private static double? Same(Exposition scrape, string name, ExpositionSample like) => scrape.Find(SeriesName.Of(name, like.Labels))?.Value;

    private static double? One(Exposition scrape, string name) => scrape.Named(name) is { Count: 1 } one ? one[0].Value : null;

    private static bool IsNumber(double value) => !double.IsNaN(value) && !double.IsInfinity(value);
}
