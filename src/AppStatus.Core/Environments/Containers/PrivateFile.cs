using System.Diagnostics;
using System.Runtime.InteropServices;
using AppStatus.Core.Containers;

namespace AppStatus.Core.Environments.Containers;

/// <summary>A temporary file that nobody else may read, gone when it is disposed of.</summary>
internal sealed class PrivateFile : IDisposable
{
    /// <param name="text">What it holds.</param>
    public PrivateFile(string text)
    {
        // Made with the rights of its owner alone, on every system.
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    /// <summary>Sets a file's or a folder's rights; nothing on Windows, where a user's folders are the user's own.</summary>
    public static void SetMode(string path, string mode)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows)) return;
        using Process? chmod = Process.Start(new ProcessStartInfo("/bin/chmod", CommandLine.Of([mode, path])) { UseShellExecute = false });
        chmod?.WaitForExit();
    }

    public void Dispose() => File.Delete(Path);
}
