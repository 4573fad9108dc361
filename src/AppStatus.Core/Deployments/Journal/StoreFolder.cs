using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>
/// The folder of the journals. They steer what is deployed where and which endpoints are given credentials, so it is made for
/// its owner alone, and one that everybody can write to is refused. On Windows its access list is what its parent hands down.
/// </summary>
internal static class StoreFolder
{
    private const int OthersMayWrite = 0b000_000_010, OwnerAlone = 0b111_000_000;

    // .NET 7 and later; all that run on Unix are.
    private static readonly MethodInfo? GetMode = typeof(File).GetMethod("GetUnixFileMode", [typeof(string)]);
    private static readonly MethodInfo? CreateWithMode = typeof(Directory).GetMethods().FirstOrDefault(method => method.Name == "CreateDirectory" && method.GetParameters().Length == 2);

    private static bool KnowsModes => GetMode is not null && CreateWithMode is not null && !RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>Makes it where it is not there yet.</summary>
    public static void Create(string path)
    {
        if (KnowsModes) Call(CreateWithMode!, path, Enum.ToObject(CreateWithMode!.GetParameters()[1].ParameterType, OwnerAlone));
        else Directory.CreateDirectory(path);
    }

    /// <exception cref="AppStatusException"><see cref="ErrorId.StoreUnavailable"/>: everybody can write to it.</exception>
    public static void Require(string path)
    {
        if (!KnowsModes || !Directory.Exists(path) || (Convert.ToInt32(Call(GetMode!, path), null) & OthersMayWrite) == 0) return;
        throw new AppStatusException(
            ErrorId.StoreUnavailable, $"Everybody can write to {path}, and what is written there steers deployments and where credentials go. Nothing was touched.", $"Take that right away: chmod o-w '{path}'", path);
    }

    private static object? Call(MethodInfo method, params object[] arguments)
    {
        try
        {
            return method.Invoke(null, arguments);
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is not null)
        {
            ExceptionDispatchInfo.Capture(wrapped.InnerException).Throw();
            throw;
        }
    }
}
