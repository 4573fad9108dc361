using System.Runtime.InteropServices;
using AppStatus.Core.Containers;
using AppStatus.Core.Environments.Containers;
using AppStatus.Core.Environments.Processes;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments;

/// <summary>Where environments of this user may run: this machine's processes, and each container engine on the path.</summary>
internal static class EnvironmentHosts
{
    /// <summary>Names the engine where none is passed.</summary>
    public const string EngineVariable = "APPSTATUS_CONTAINER_ENGINE";

    /// <param name="lab">The lab's assembly.</param>
    /// <param name="engine">docker, podman, or a path, and then nothing else; empty: processes, and each engine that the environment names or the path has.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ProgramNotFound"/>: there is no such engine.</exception>
    public static IReadOnlyList<IEnvironmentHost> All(string lab, string engine) => engine.Length > 0 ? [.. Engines(engine)] : [Processes(lab), .. Engines("")];

    /// <summary>The environments of processes, whole or not, by their folders.</summary>
    public static IReadOnlyList<string> ProcessNames() => Directory.Exists(Root) ? [.. Directory.EnumerateDirectories(Root).Select(Path.GetFileName)] : [];

    public static ProcessHost Processes(string lab) => new(new ProcessPrograms(lab, SearchPath), Root);

    public static IReadOnlyList<ContainerHost> Engines(string engine)
    {
        string named = engine.Length > 0 ? engine : Environment.GetEnvironmentVariable(EngineVariable) ?? "";
        if (named.Length == 0) return [.. ContainerProgram.All(SearchPath).Select(program => new ContainerHost(program))];
        if (ContainerProgram.Find(named, SearchPath) is { } program) return [new ContainerHost(program)];
        return engine.Length == 0 ? [] : throw new AppStatusException(ErrorId.ProgramNotFound, $"There is no container engine {SafeText.Of(named, 200)}.", "Pass docker, podman, or a path to one.");
    }

    /// <summary>The first engine that answers.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ProgramNotFound"/>, <see cref="ErrorId.ContainerEngineUnavailable"/>.</exception>
    public static async Task<ContainerHost> AnsweringAsync(IReadOnlyList<ContainerHost> engines, CancellationToken cancellationToken)
    {
        AppStatusException? silent = null;
        foreach (ContainerHost engine in engines)
        {
            try
            {
                await engine.ListAsync(environment: null, cancellationToken).ConfigureAwait(false);
                return engine;
            }
            catch (AppStatusException exception)
            {
                silent ??= exception;
            }
        }

        throw silent ?? new AppStatusException(ErrorId.ProgramNotFound, "There is neither docker nor podman on the PATH.", "Install one, or use -Provider Process.");
    }

    private static string SearchPath => Environment.GetEnvironmentVariable("PATH") ?? "";

    /// <summary>Where the locks of environments are. Not in the folder that goes with the last environment: lock files stay.</summary>
    internal static string LockFolder => Path.Combine(State, "appstatus-locks");

    // Gone with the last environment.
    private static string Root => Path.Combine(State, "appstatus", "environments");

    // Of the user.
    private static string State =>
        RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } state ? state
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
}
