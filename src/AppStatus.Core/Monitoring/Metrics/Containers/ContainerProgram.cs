using System.Diagnostics;
using System.Runtime.InteropServices;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Monitoring.Metrics.Containers;

/// <summary>docker or podman, run once for one answer.</summary>
internal sealed class ContainerProgram(string path)
{
    private const int ErrorLimit = 300;

    public string Name => Path.GetFileNameWithoutExtension(path);

    /// <summary>The first of docker and podman on the path; null where there is neither.</summary>
    /// <param name="searchPath">As PATH has it.</param>
    public static ContainerProgram? Find(string searchPath)
    {
        string[] endings = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? [".exe"] : [""];
        foreach (string name in (string[])["docker", "podman"])
        {
            foreach (string folder in searchPath.Split([Path.PathSeparator], StringSplitOptions.RemoveEmptyEntries))
            {
                string? found = endings.Select(ending => Path.Combine(folder.Trim('"'), name + ending)).FirstOrDefault(File.Exists);
                if (found is not null) return new ContainerProgram(found);
            }
        }

        return null;
    }

    /// <summary>What it printed, or why it printed nothing; ended by the token, with nothing left behind.</summary>
    public async Task<(string Output, Fault? Fault)> RunAsync(string arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => ended.TrySetResult(true);
        try
        {
            process.Start();
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return ("", new Fault(ErrorId.VerificationUnavailable, $"{path} could not be started: {SafeText.Condensed(exception.Message)}", "Look at its rights."));
        }

        using CancellationTokenRegistration kill = cancellationToken.Register(() => Kill(process));
        process.StandardInput.Dispose();
        // Both at once, or it could wait for the one that is not read.
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await ended.Task.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        string printed = await output.ConfigureAwait(false), complaint = await errors.ConfigureAwait(false);
        return process.ExitCode == 0
            ? (printed, null)
            : ("", new Fault(ErrorId.NoData, FormattableString.Invariant($"{Name} ended with {process.ExitCode}: {SafeText.Condensed(complaint, ErrorLimit)}"), $"Try it: {Name} stats --no-stream"));
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended in the meantime.
        }
    }
}
