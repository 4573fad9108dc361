using System.Globalization;

namespace AppStatus.Core.Monitoring.Metrics.Local;

/// <summary>Linux, by /proc/stat and /proc/meminfo (man 5 proc).</summary>
/// <param name="proc">The folder; another one in tests.</param>
internal sealed class LinuxCounters(string proc = "/proc") : IHostCounters
{
    public ProcessorTimes ReadProcessors()
    {
        // cpu user nice system idle iowait irq softirq steal guest guest_nice: guests stand in user and nice already.
        string line = File.ReadLines(Path.Combine(proc, "stat")).FirstOrDefault(first => first.StartsWith("cpu ", StringComparison.Ordinal)) ?? throw new IOException($"{proc}/stat has no line of all processors.");
        double[] times = [.. line.Split([' '], StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(Number)];
        if (times.Length < 4) throw new IOException($"{proc}/stat has too few times.");
        return new ProcessorTimes(times[3], times.Sum());
    }

    public HostMemory ReadMemory()
    {
        double? total = null, available = null;
        foreach (string line in File.ReadLines(Path.Combine(proc, "meminfo")))
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal)) total = KiloBytes(line);
            if (line.StartsWith("MemAvailable:", StringComparison.Ordinal)) available = KiloBytes(line);
        }

        return total is > 0 && available is not null ? new HostMemory(total.Value, available.Value) : throw new IOException($"{proc}/meminfo tells no memory.");
    }

    public IReadOnlyList<double?> ReadDisks() => LocalDisks.Read();

    private static double KiloBytes(string line) => 1024 * Number(line.Split([' '], StringSplitOptions.RemoveEmptyEntries)[1]);

    private static double Number(string text) =>
        double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out double number) ? number : throw new IOException($"'{SafeText.Of(text, 50)}' is no number.");
}
