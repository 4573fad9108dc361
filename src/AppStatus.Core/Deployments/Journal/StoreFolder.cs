using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>
/// The folder of the journals. They steer what is deployed where and which endpoints are given credentials, so it is made for
/// its owner alone, and one that everybody can write to is refused. On Windows its access list is what its parent hands down.
/// </summary>
internal static class StoreFolder
{
    /// <summary>Makes it where it is not there yet.</summary>
    public static void Create(string path) => UnixMode.CreateFolder(path, UnixMode.OwnerAlone);

    /// <exception cref="AppStatusException"><see cref="ErrorId.StoreUnavailable"/>: everybody can write to it.</exception>
    public static void Require(string path)
    {
        if (!Directory.Exists(path) || ((UnixMode.Of(path) ?? 0) & UnixMode.OthersMayWrite) == 0) return;
        throw new AppStatusException(
            ErrorId.StoreUnavailable, $"Everybody can write to {path}, and what is written there steers deployments and where credentials go. Nothing was touched.", $"Take that right away: chmod o-w '{path}'", path);
    }
}
