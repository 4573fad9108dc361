using System.Runtime.InteropServices;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>Where deployments are recorded: what was asked for, else the machine's folder, else the user's.</summary>
internal static class StoreLocation
{
    public const string Variable = "APPSTATUS_STORE";

    /// <param name="asked">A folder, as an absolute path; null: not asked for.</param>
    /// <returns>The folder, and what the user must know of the choice.</returns>
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotSupported"/> for a store that is not a folder.</exception>
    public static (string Folder, string? Warning) Find(string? asked)
    {
        string? named = asked ?? Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            if (named!.Contains("://"))
                throw new AppStatusException(ErrorId.NotSupported, $"A store is a folder in this version; '{named.Split(':')[0]}://' is none. Nothing was touched.", "Name a folder, which may be on a share.");
            return (named, null);
        }

        string machine = RuntimeInformation.IsOSPlatform(OSPlatform.Windows)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "AppStatus")
            : "/var/lib/appstatus";
        if (CanWrite(machine)) return (machine, null);

        string state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        string user = Path.Combine(state, "appstatus");
        return (user, $"{machine} can't be written, so deployments are recorded in {user}, where other users don't find them. Name a folder with -Store or {Variable}.");
    }

    private static bool CanWrite(string folder)
    {
        string probe = Path.Combine(folder, "." + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return true;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
