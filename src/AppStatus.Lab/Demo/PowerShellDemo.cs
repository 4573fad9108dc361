using System.Diagnostics;

namespace AppStatus.Lab.Demo;

/// <summary>Drives the cmdlets, as an operator would type them; <c>Demo.ps1</c> is what is typed.</summary>
internal static class PowerShellDemo
{
    public static async Task<bool> RunAsync(string powerShell, DemoRange range, string release, string report, TextWriter output, CancellationToken stopping)
    {
        await output.WriteLineAsync($"Driving the cmdlets in {powerShell}.");
        await output.FlushAsync(stopping);
        string store = Directory.CreateTempSubdirectory("appstatus-demo-").FullName;
        try
        {
            // The streams are inherited: PowerShell draws its progress bars on the terminal where there is one.
            var start = new ProcessStartInfo(powerShell) { UseShellExecute = false };
            foreach (string argument in new[]
                     {
                         "-NoProfile", "-NonInteractive", "-File", Path.Combine(AppContext.BaseDirectory, "Demo", "Demo.ps1"),
                         "-Module", PowerShellHost.FindModule(), "-BigIp", range.BigIpUri.ToString(), "-Door", range.DoorUri.ToString(), "-Release", release, "-Store", store, "-Report", report,
                     }) start.ArgumentList.Add(argument);
            using Process process = Process.Start(start) ?? throw new IOException("PowerShell could not be started.");
            try
            {
                await process.WaitForExitAsync(stopping);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            return process.ExitCode == 0;
        }
        finally
        {
            Directory.Delete(store, recursive: true);
        }
    }
}
