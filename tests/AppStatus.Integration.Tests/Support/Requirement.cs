namespace AppStatus.Integration.Tests.Support;

/// <summary>A program that a test needs: without it the test is skipped with the reason, or fails where everything must run.</summary>
internal static class Requirement
{
    /// <param name="package">Debian's; default: the program's name.</param>
    public static string Program(string name, string? package = null)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/usr/local/sbin", "/usr/bin"])
            .Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (path is null) Missing($"'{name}' is not installed (Debian: apt-get install {package ?? name}).");
        return path!;
    }

    /// <summary>Ends the test: something that it needs is not there.</summary>
    public static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("APPSTATUS_REQUIRE_ALL") == "1") Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
