using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments;

/// <summary>One up or down of an environment at a time, among the processes of this user on this machine.</summary>
internal sealed class EnvironmentLock : IDisposable
{
    private readonly FileStream _file;

    private EnvironmentLock(FileStream file) => _file = file;

    /// <exception cref="AppStatusException"><see cref="ErrorId.EnvironmentNotReady"/>: another process has it.</exception>
    public static EnvironmentLock Take(string environment)
    {
        string path = Path.Combine(Path.GetTempPath(), $"appstatus-{Environment.UserName}-{environment}.lock");
        try
        {
            return new EnvironmentLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AppStatusException(ErrorId.EnvironmentNotReady, $"Another Start- or Stop-AppEnvironment is about {environment} now ({path} is locked). Nothing was touched.", "Wait for it to end, then type this again.", environment, cause);
        }
    }

    public void Dispose() => _file.Dispose();
}
