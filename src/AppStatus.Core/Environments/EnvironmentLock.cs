using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments;

/// <summary>One up or down of an environment at a time, among the processes of this user on this machine.</summary>
internal sealed class EnvironmentLock : IDisposable
{
    private readonly FileStream _file;

    private EnvironmentLock(FileStream file) => _file = file;

    /// <param name="environment">Its name, whatever is in it.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.EnvironmentNotReady"/>: another process has it, or nothing can be locked.</exception>
    public static EnvironmentLock Take(string environment) => Take(environment, EnvironmentHosts.LockFolder);

    /// <param name="folder">Of this user alone: what others may make files in, others may lock. It is made.</param>
    /// <inheritdoc cref="Take(string)"/>
    internal static EnvironmentLock Take(string environment, string folder)
    {
        string path = Path.Combine(folder, FileLeaseStore.Hash(environment) + ".lock");
        FileStream? file;
        try
        {
            UnixMode.CreateFolder(folder, UnixMode.OwnerAlone);
            file = SharedFile.TryOpen(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AppStatusException(ErrorId.EnvironmentNotReady, $"That only one Start- or Stop-AppEnvironment is about {environment} can't be made sure of: {cause.Message} Nothing was touched.", $"Mend the folder {folder}, then type this again.", environment, cause);
        }

        return file is not null
            ? new EnvironmentLock(file)
            : throw new AppStatusException(ErrorId.EnvironmentNotReady, $"Another Start- or Stop-AppEnvironment is about {environment} now ({path} is locked). Nothing was touched.", "Wait for it to end, then type this again.", environment);
    }

    // The file stays: whoever deleted it could delete one that another has just opened, and a third would lock a new one.
    public void Dispose() => _file.Dispose();
}
