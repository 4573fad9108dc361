namespace AppStatus.Sessions;

/// <summary>Where the module's parts are, seen from its assembly in bin.</summary>
internal static class ModuleLayout
{
    /// <summary>The lab's program; it is there when it was built with the module.</summary>
    public static string Lab => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(ModuleLayout).Assembly.Location) ?? "", "..", "lab", "AppStatus.Lab.dll"));
}
