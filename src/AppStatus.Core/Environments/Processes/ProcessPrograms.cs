using System.Runtime.InteropServices;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments.Processes;

/// <summary>The programs that an environment of processes is made of.</summary>
/// <param name="lab">The lab's assembly, beside the module.</param>
/// <param name="searchPath">As PATH has it.</param>
internal sealed class ProcessPrograms(string lab, string searchPath)
{
    // Where Debian keeps what root starts, and a user's PATH does not look.
    private static readonly string[] AlsoIn = ["/usr/sbin", "/usr/local/sbin"];

    /// <summary>dotnet with the lab as its first argument.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ProgramNotFound"/>.</exception>
    public (string Program, string Lab) Lab => File.Exists(lab)
        ? (Find("dotnet", "the lab runs on the .NET runtime. Install the ASP.NET Core runtime 10"), lab)
        : throw new AppStatusException(ErrorId.ProgramNotFound, $"The lab is not beside the module: there is no {lab}.", "Build it (./build.ps1), or use -Provider Container.");

    public string HAProxy => Find("haproxy", "-Balancer HAProxy starts it. Install it, or use -Balancer F5, which needs nothing");

    public string Redis => Find("redis-server", "-Redis and -Balancer RedisTable start it. Install it, or leave them out");

    private string Find(string name, string why)
    {
        bool windows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);
        string file = windows ? name + ".exe" : name;
        IEnumerable<string> folders = searchPath.Split([Path.PathSeparator], StringSplitOptions.RemoveEmptyEntries).Concat(windows ? [] : AlsoIn);
        return folders.Select(folder => Path.Combine(folder.Trim('"'), file)).FirstOrDefault(File.Exists)
            ?? throw new AppStatusException(ErrorId.ProgramNotFound, $"There is no {name} on the PATH: {why}.");
    }
}
