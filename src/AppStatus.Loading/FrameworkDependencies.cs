using System.Reflection;

namespace AppStatus.Loading;

/// <summary>
/// .NET Framework has no load contexts. LoadFile takes exactly this file, where LoadFrom would be content with an assembly
/// of the same identity that another module has loaded.
/// </summary>
internal sealed class FrameworkDependencies(string folder) : IDependencyContext
{
    private readonly object _gate = new();
    private readonly Dictionary<string, Assembly> _loaded = new(StringComparer.OrdinalIgnoreCase);

    public Assembly? Load(AssemblyName wanted)
    {
        lock (_gate)
        {
            if (!_loaded.TryGetValue(wanted.Name, out Assembly? assembly))
            {
                string file = Path.Combine(folder, wanted.Name + ".dll");
                if (!File.Exists(file) || !DependencyContext.Satisfies(AssemblyName.GetAssemblyName(file), wanted)) return null;
                assembly = Assembly.LoadFile(Path.GetFullPath(file));
                _loaded[wanted.Name] = assembly;
            }

            return DependencyContext.Satisfies(assembly.GetName(), wanted) ? assembly : null;
        }
    }

    public bool Holds(Assembly assembly)
    {
        lock (_gate) return _loaded.ContainsValue(assembly);
    }
}
