namespace AppStatus.Loading;

/// <summary>
/// Runs at import, and does one thing: from then on, AppStatus.dll finds Core and its dependencies in <c>deps</c>. It is an
/// assembly of its own, which the manifest names as a nested module, because PowerShell reads the types of an assembly
/// before it runs such an initializer of that assembly: an enumeration of Core as the type of a parameter is then too much.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    public void OnImport() => DependencyHook.Install();
}
