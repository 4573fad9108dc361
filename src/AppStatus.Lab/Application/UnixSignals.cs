using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace AppStatus.Lab.Application;

/// <summary>.NET can kill a process but not ask it to end.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class UnixSignals
{
    private const int Sigterm = 15;
    private const int NoSuchProcess = 3;

    /// <summary>Asks the process to end; one that is gone already is fine.</summary>
    /// <exception cref="Win32Exception">The signal could not be sent.</exception>
    public static void Terminate(int processId)
    {
        if (Kill(processId, Sigterm) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
        {
            throw new Win32Exception(error);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
