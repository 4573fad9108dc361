using System.Runtime.InteropServices;

namespace AppStatus.Core.Monitoring.Metrics.Local;

/// <summary>Windows, by GetSystemTimes and GlobalMemoryStatusEx.</summary>
internal sealed class WindowsCounters : IHostCounters
{
    public ProcessorTimes ReadProcessors()
    {
        if (!GetSystemTimes(out long idle, out long kernel, out long user)) throw Failed("GetSystemTimes");
        // The kernel's time has the idle time in it.
        return new ProcessorTimes(idle, (double)kernel + user);
    }

    public HostMemory ReadMemory()
    {
        var status = new MemoryStatus { Length = (uint)Marshal.SizeOf<MemoryStatus>() };
        if (!GlobalMemoryStatusEx(ref status)) throw Failed("GlobalMemoryStatusEx");
        return new HostMemory(status.TotalPhysical, status.AvailablePhysical);
    }

    public IReadOnlyList<double?> ReadDisks() => LocalDisks.Read();

    private static IOException Failed(string call) => new(FormattableString.Invariant($"{call} failed with {Marshal.GetLastWin32Error()}."));

    [DllImport("kernel32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetSystemTimes(out long idle, out long kernel, out long user);

    [DllImport("kernel32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GlobalMemoryStatusEx(ref MemoryStatus status);

    /// <summary>MEMORYSTATUSEX.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryStatus
    {
        public uint Length;
        public uint Load;
        public ulong TotalPhysical;
        public ulong AvailablePhysical;
        public ulong TotalPageFile;
        public ulong AvailablePageFile;
        public ulong TotalVirtual;
        public ulong AvailableVirtual;
        public ulong AvailableExtendedVirtual;
    }
}
