using System.Reflection;

namespace AppStatus.Loading;

/// <summary>
/// An AssemblyLoadContext of our own. A context is asked for what it has already before the default one is, so everything
/// is loaded into it at once: else a Polly of another module would do, which has the version 8.0.0.0 in all its 8.x.
/// </summary>
internal sealed class IsolatedDependencies : IDependencyContext
{
    private readonly Dictionary<string, Assembly> _loaded = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Assembly> _ours = [];

    public IsolatedDependencies(Type contextType, string folder)
    {
        object context = Activator.CreateInstance(contextType, "AppStatus", false)!;
        var load = (Func<string, Assembly>)contextType
            .GetMethod("LoadFromAssemblyPath", [typeof(string)])!
            .CreateDelegate(typeof(Func<string, Assembly>), context);
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        foreach (string file in Directory.GetFiles(folder, "*.dll"))
        {
            // What .NET itself brings must stay the one type for everybody: Memory<T>, ValueTask.
            if (IsInFramework(framework, file)) continue;
            Assembly assembly = load(Path.GetFullPath(file));
            _loaded[assembly.GetName().Name!] = assembly;
            _ours.Add(assembly);
        }
    }

    public Assembly? Load(AssemblyName wanted) =>
        _loaded.TryGetValue(wanted.Name!, out Assembly? assembly) && DependencyContext.Satisfies(assembly.GetName(), wanted) ? assembly : null;

    public bool Holds(Assembly assembly) => _ours.Contains(assembly);

    private static bool IsInFramework(string framework, string file)
    {
        string theirs = Path.Combine(framework, Path.GetFileName(file));
        return File.Exists(theirs) && AssemblyName.GetAssemblyName(theirs).Version >= AssemblyName.GetAssemblyName(file).Version;
    }
}
