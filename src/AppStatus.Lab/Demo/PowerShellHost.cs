namespace AppStatus.Lab.Demo;

/// <summary>The PowerShell on the PATH, and the built module that goes with this lab.</summary>
internal static class PowerShellHost
{
    /// <summary>The path of <c>pwsh</c>; null where there is none.</summary>
    public static string? Find()
    {
        string name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>The module's folder: <c>out/AppStatus</c> of the repository that this program was built in.</summary>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string FindModule()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string module = Path.Combine(folder.FullName, "out", "AppStatus");
            if (File.Exists(Path.Combine(module, "AppStatus.psd1"))) return module;
        }

        throw new FileNotFoundException("The module is not built: run 'dotnet build src/AppStatus' first, or pass --engine.");
    }
}
