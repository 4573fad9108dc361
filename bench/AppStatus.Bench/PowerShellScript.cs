using System.Diagnostics;

namespace AppStatus.Bench;

/// <summary>A script beside this program, in a PowerShell of its own that writes to this console.</summary>
internal static class PowerShellScript
{
    /// <returns>The script's exit code.</returns>
    public static async Task<int> RunAsync(string script, params string[] arguments)
    {
        string[] all = ["-NoProfile", "-NonInteractive", "-File", Path.Combine(AppContext.BaseDirectory, script), .. arguments];
        using Process process = Process.Start(new ProcessStartInfo("pwsh", all) { UseShellExecute = false }) ?? throw new InvalidOperationException("There is no pwsh on the PATH.");
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
