namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>Which file systems can fill up, and how full one is.</summary>
internal static class FileSystems
{
    private static readonly HashSet<string> Unreal = new(StringComparer.OrdinalIgnoreCase)
    {
        // Memory, images that are full by their nature, and views of the kernel's.
        "tmpfs", "devtmpfs", "ramfs", "rootfs", "squashfs", "erofs", "iso9660", "udf", "cdfs", "autofs", "nsfs", "proc", "sysfs", "cgroup", "cgroup2",
        "devpts", "mqueue", "hugetlbfs", "debugfs", "tracefs", "securityfs", "pstore", "bpf", "efivarfs", "binfmt_misc", "configfs", "fusectl", "fuse.lxcfs", "fuse.snapfuse",
    };

    public static bool IsUnreal(string type) => Unreal.Contains(type);

    /// <summary>0–100 as df has it; null where the numbers make no sense.</summary>
    public static double? UsedPercent(double size, double free, double available)
    {
        double used = size - free;
        double percent = 100 * used / (used + available);
        return used < 0 || available < 0 || double.IsNaN(percent) || double.IsInfinity(percent) ? null : percent;
    }
}
