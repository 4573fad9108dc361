using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace AppStatus.Core;

/// <summary>Rights of files and folders on Unix. Nothing on Windows, where a user's folders are the user's own, nor on a .NET before 7, which no Unix of ours has.</summary>
internal static class UnixMode
{
    public const int OwnerAlone = 0b111_000_000, OwnerWritesAllRead = 0b110_100_100, OthersMayWrite = 0b000_000_010;

    private static readonly MethodInfo? Get = typeof(File).GetMethod("GetUnixFileMode", [typeof(string)]);
    private static readonly MethodInfo? SetOfPath = typeof(File).GetMethods().FirstOrDefault(method => method.Name == "SetUnixFileMode" && method.GetParameters()[0].ParameterType == typeof(string));
    private static readonly MethodInfo? CreateWithMode = typeof(Directory).GetMethods().FirstOrDefault(method => method.Name == "CreateDirectory" && method.GetParameters().Length == 2);

    private static bool IsKnown => Get is not null && SetOfPath is not null && CreateWithMode is not null && !RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    /// <summary>The rights of what is there; null where there are none of that kind.</summary>
    /// <exception cref="IOException">They can't be read; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static int? Of(string path) => IsKnown ? Convert.ToInt32(Call(Get!, path), null) : null;

    /// <exception cref="IOException">They can't be set; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static void Set(string path, int mode)
    {
        if (IsKnown) Call(SetOfPath!, path, Enum.ToObject(SetOfPath!.GetParameters()[1].ParameterType, mode));
    }

    /// <summary>Makes a folder, and those above it, where it is not there yet; one that is there keeps its rights.</summary>
    /// <exception cref="IOException">It can't be made; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static void CreateFolder(string path, int mode)
    {
        if (IsKnown) Call(CreateWithMode!, path, Enum.ToObject(CreateWithMode!.GetParameters()[1].ParameterType, mode));
        else Directory.CreateDirectory(path);
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
