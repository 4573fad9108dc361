using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Expressions;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

public sealed class HostMetricsTests
{
    [Fact]
    public void Cpu_of_node_exporter_is_what_was_not_idle() => Scrapes.Evaluate(
        "cpu_percent",
        Node(0, 100, 50) + Node(1, 200, 60),
        Node(0, 105, 55) + Node(1, 202, 68)).Value.ShouldBe(65, 0.001);

    [Fact]
    public void Cpu_of_windows_exporter_counts_no_time_twice() => Scrapes.Evaluate(
        "cpu_percent",
        Windows(100, 50, 20, 7),
        Windows(106, 53, 21, 8)).Value.ShouldBe(40, 0.001);

    [Fact]
    public void Cpu_by_idle_alone_goes_by_our_clock() => Scrapes.Evaluate(
        "cpu_percent",
        "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 100\nnode_cpu_seconds_total{cpu=\"1\",mode=\"idle\"} 100",
        "node_cpu_seconds_total{cpu=\"0\",mode=\"idle\"} 102\nnode_cpu_seconds_total{cpu=\"1\",mode=\"idle\"} 103").Value.ShouldBe(75, 0.001);

    [Fact]
    public void Cpu_needs_two_readings() => MetricExpression.Parse("cpu_percent").Evaluate(Scrapes.Of(Node(0, 1, 1)), before: null).WarmingUp.ShouldBeTrue();

    [Fact]
    public void Cpu_of_a_host_that_was_restarted_is_no_data_and_not_a_guess() =>
        Scrapes.Evaluate("cpu_percent", Node(0, 100, 50), Node(0, 1, 1)).Missing.ShouldNotBeNull().Id.ShouldBe(ErrorId.NoData);

    [Fact]
    public void Cpu_that_has_not_moved_is_no_data() =>
        Scrapes.Evaluate("cpu_percent", Node(0, 100, 50), Node(0, 100, 50)).Missing.ShouldNotBeNull().Id.ShouldBe(ErrorId.NoData);

    [Theory]
    [InlineData("node_memory_MemTotal_bytes 1000\nnode_memory_MemAvailable_bytes 400")]
    [InlineData("windows_memory_physical_total_bytes 1000\nwindows_memory_available_bytes 400")]
    [InlineData("windows_cs_physical_memory_bytes 1000\nwindows_os_physical_memory_free_bytes 400")]
    public void Memory_is_what_is_not_available(string scrape) => Now("memory_percent", scrape).Value.ShouldBe(60, 0.001);

    [Theory]
    [InlineData("node_memory_MemTotal_bytes 1000\nnode_memory_MemAvailable_bytes NaN", ErrorId.NoData)]
    [InlineData("node_memory_MemTotal_bytes 0\nnode_memory_MemAvailable_bytes 0", ErrorId.NoData)]
    [InlineData("node_memory_MemTotal_bytes 1000", ErrorId.MetricNotFound)]
    public void Memory_without_numbers_is_no_data(string scrape, ErrorId id) => Now("memory_percent", scrape).Missing.ShouldNotBeNull().Id.ShouldBe(id);

    [Fact]
    public void Disk_is_the_fullest_that_is_real_and_can_be_written() => Now(
        "disk_percent",
        Disk("/", "ext4", 1000, 600, 500) + Disk("/data", "xfs", 1000, 300, 300) + Disk("/run", "tmpfs", 100, 1, 1) + Disk("/snap", "squashfs", 100, 0, 0)
        + Disk("/iso", "ext4", 100, 0, 0, readOnly: true) + Disk("/none", "ext4", 0, 0, 0)).Value.ShouldBe(70, 0.001);

    [Fact]
    public void Disk_reckons_with_what_only_root_may_use() => Now("disk_percent", Disk("/", "ext4", 1000, 500, 0)).Value.ShouldBe(100, 0.001);

    [Fact]
    public void Disk_of_windows_leaves_recovery_partitions_out() => Now(
        "disk_percent",
        "windows_logical_disk_size_bytes{volume=\"C:\"} 100\nwindows_logical_disk_free_bytes{volume=\"C:\"} 25\n"
        + "windows_logical_disk_size_bytes{volume=\"HarddiskVolume1\"} 100\nwindows_logical_disk_free_bytes{volume=\"HarddiskVolume1\"} 1").Value.ShouldBe(75, 0.001);

    [Fact]
    public void Disk_that_tells_nothing_of_one_tells_nothing_of_all() =>
        Now("disk_percent", Disk("/", "ext4", 1000, 900, 900) + Disk("/data", "ext4", 1000, double.NaN, double.NaN)).Missing.ShouldNotBeNull().Id.ShouldBe(ErrorId.NoData);

    [Fact]
    public void Disk_with_none_that_counts_is_no_data() => Now("disk_percent", Disk("/run", "tmpfs", 100, 1, 1)).Missing.ShouldNotBeNull().Id.ShouldBe(ErrorId.NoData);

    private static MetricValue Now(string metric, string scrape) => MetricExpression.Parse(metric).Evaluate(Scrapes.Of(scrape), before: null);

    private static string Node(int cpu, double idle, double user) => FormattableString.Invariant(
        $"node_cpu_seconds_total{{cpu=\"{cpu}\",mode=\"idle\"}} {idle}\nnode_cpu_seconds_total{{cpu=\"{cpu}\",mode=\"user\"}} {user}\n");

    private static string Windows(double idle, double user, double privileged, double interrupt) => FormattableString.Invariant(
        $"windows_cpu_time_total{{core=\"0,0\",mode=\"idle\"}} {idle}\nwindows_cpu_time_total{{core=\"0,0\",mode=\"user\"}} {user}\nwindows_cpu_time_total{{core=\"0,0\",mode=\"privileged\"}} {privileged}\nwindows_cpu_time_total{{core=\"0,0\",mode=\"interrupt\"}} {interrupt}\n");

    private static string Disk(string mount, string type, double size, double free, double available, bool readOnly = false)
    {
        string labels = $"{{device=\"/dev/{type}\",fstype=\"{type}\",mountpoint=\"{mount}\"}}";
        return FormattableString.Invariant($"node_filesystem_size_bytes{labels} {size}\nnode_filesystem_free_bytes{labels} {free}\nnode_filesystem_avail_bytes{labels} {available}\nnode_filesystem_readonly{labels} {(readOnly ? 1 : 0)}\n");
    }
}
