using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Metrics.Expressions;
using AppStatus.Core.Monitoring.Metrics.Local;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

public sealed class LocalSourceTests
{
    private readonly string _proc = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "appstatus-proc-" + Guid.NewGuid().ToString("N"))).FullName;

    [Fact]
    public async Task Linux_is_read_from_proc()
    {
        Write("cpu  10 0 10 80 0 0 0 0 5 0\ncpu0 1 1 1 1\n", "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    250 kB\n");
        using var source = new LocalSource(new LinuxCounters(_proc), new ManualTimeProvider());
        IReadOnlyList<MetricReading> first = await ReadAsync(source, "localhost");
        first[0].WarmingUp.ShouldBeTrue();
        first[1].Sample.ShouldNotBeNull().Value.ShouldBe(75, 0.001);
        Write("cpu  30 0 20 150 0 0 0 0 9 0\n", "MemTotal: 1000 kB\n");

        IReadOnlyList<MetricReading> second = await ReadAsync(source, "localhost");

        second[0].Sample.ShouldNotBeNull().Value.ShouldBe(30, 0.001);
        second[1].Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.NoData);
    }

    [Fact]
    public async Task Another_machine_is_no_data()
    {
        Write("cpu  10 0 10 80\n", "");
        using var source = new LocalSource(new LinuxCounters(_proc), new ManualTimeProvider());

        (await ReadAsync(source, "web01.elsewhere.example"))[0].Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.NoData);
    }

    private void Write(string stat, string memory)
    {
        File.WriteAllText(Path.Combine(_proc, "stat"), stat);
        File.WriteAllText(Path.Combine(_proc, "meminfo"), memory);
    }

    private static Task<IReadOnlyList<MetricReading>> ReadAsync(LocalSource source, string host) => source.ReadAsync(
        new MetricRequest([new MetricTarget(host, host, 80)], [MetricExpression.Named("cpu_percent"), MetricExpression.Named("memory_percent")], TimeSpan.FromSeconds(5)), CancellationToken.None);
}
