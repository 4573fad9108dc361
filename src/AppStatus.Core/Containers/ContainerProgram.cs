using System.Diagnostics;
using System.Runtime.InteropServices;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Containers;

/// <summary>
/// docker or podman, run once for one answer. Which machine that is about, and as whom, are its own affairs: DOCKER_HOST, contexts,
/// CONTAINERS_CONF and credential helpers work as they do at a prompt.
/// </summary>
/// <param name="called">As it was found on the path; null: it was given by its path.</param>
internal sealed class ContainerProgram(string path, string? called = null)
{
    private const int ErrorLimit = 600;

    /// <summary>In the order in which they are looked for.</summary>
    private static readonly string[] Known = ["docker", "podman"];

    /// <summary>As a person types it: <c>docker</c>, <c>podman</c>, or what was passed.</summary>
    public string Name => called ?? Path.GetFileNameWithoutExtension(path);

    /// <summary>What finds it again: its name where it is on the path, else its path.</summary>
    public string Reference => called ?? path;

    /// <summary>The first of docker and podman on the path; null where there is neither.</summary>
    /// <param name="searchPath">As PATH has it.</param>
    public static ContainerProgram? Find(string searchPath) => All(searchPath).FirstOrDefault();

    /// <summary>Those of docker and podman that are on the path.</summary>
    public static IEnumerable<ContainerProgram> All(string searchPath) => Known.Select(name => Find(name, searchPath)).OfType<ContainerProgram>();

    /// <summary>The program of a name on the path, or at a path; null where there is none.</summary>
    public static ContainerProgram? Find(string nameOrPath, string searchPath)
    {
        if (nameOrPath.IndexOfAny(['/', '\\']) >= 0) return File.Exists(nameOrPath) ? new ContainerProgram(Path.GetFullPath(nameOrPath)) : null;
        string[] endings = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? [".exe", ".cmd"] : [""];
        foreach (string folder in searchPath.Split([Path.PathSeparator], StringSplitOptions.RemoveEmptyEntries))
        {
            string? found = endings.Select(ending => Path.Combine(folder.Trim('"'), nameOrPath + ending)).FirstOrDefault(File.Exists);
            if (found is not null) return new ContainerProgram(found, nameOrPath);
        }

        return null;
    }

    /// <summary>What it printed, or why it printed nothing; ended by the token, with nothing left behind.</summary>
    /// <param name="errorsToo">What it printed as errors belongs to the output, as with the logs of a container.</param>
    public async Task<(string Output, Fault? Fault)> RunAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken, bool errorsToo = false)
    {
        var start = new ProcessStartInfo(path, CommandLine.Of(arguments))
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
            return ("", new Fault(ErrorId.ContainerEngineUnavailable, $"{path} could not be started: {SafeText.Condensed(exception.Message)}", "Look at its rights."));
        }

        using CancellationTokenRegistration kill = cancellationToken.Register(() => Kill(process));
        process.StandardInput.Dispose();
        // Both at once, or it could wait for the one that is not read.
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await ended.Task.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        string printed = await output.ConfigureAwait(false), complaint = await errors.ConfigureAwait(false);
        return process.ExitCode == 0 ? (errorsToo ? printed + complaint : printed, null) : ("", Complaint(arguments[0], process.ExitCode, complaint));
    }

    private Fault Complaint(string verb, int exitCode, string complaint)
    {
        string words = SafeText.Condensed(complaint, ErrorLimit);
        string[] away = ["Cannot connect to the Docker daemon", "Cannot connect to Podman", "error during connect", "unable to connect to Podman"];
        return away.Any(sign => words.IndexOf(sign, StringComparison.OrdinalIgnoreCase) >= 0)
            ? new Fault(ErrorId.ContainerEngineUnavailable, $"{Name} does not reach its engine: {words}", $"Try it: {Name} info")
            : new Fault(ErrorId.ContainerFailed, FormattableString.Invariant($"{Name} {verb} ended with {exitCode}: {words}"));
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
