namespace AppStatus.Loading;

/// <summary>
/// Runs at import, and does one thing: from then on, AppStatus.dll finds Core and its dependencies in <c>deps</c>. Nothing
/// is loaded before a cmdlet is used.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    public void OnImport() => DependencyHook.Install();
}
