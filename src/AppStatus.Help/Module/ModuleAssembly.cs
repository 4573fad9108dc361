using System.Reflection;
using System.Runtime.Loader;

namespace AppStatus.Help.Module;

/// <summary>The built module, loaded beside its dependencies; its code runs only for the defaults of parameters and the catalogue of errors.</summary>
internal sealed class ModuleAssembly
{
    private ModuleAssembly(IReadOnlyList<Cmdlet> cmdlets, IReadOnlyList<ErrorEntry> errors)
    {
        Cmdlets = cmdlets;
        Errors = errors;
    }

    public IReadOnlyList<Cmdlet> Cmdlets { get; }

    public IReadOnlyList<ErrorEntry> Errors { get; }

    public static ModuleAssembly Load(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var context = new AssemblyLoadContext("module");
        context.Resolving += (_, name) =>
            Path.Combine(folder, name.Name + ".dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        Assembly assembly = context.LoadFromAssemblyPath(Path.GetFullPath(path));
        var comments = new XmlComments(Path.ChangeExtension(path, ".xml"));
        Cmdlet[] cmdlets = [.. assembly.GetExportedTypes().Where(CmdletReader.IsCmdlet).Select(type => CmdletReader.Read(type, comments)).OrderBy(cmdlet => cmdlet.Noun, StringComparer.Ordinal).ThenBy(cmdlet => cmdlet.Verb, StringComparer.Ordinal)];
        return new ModuleAssembly(cmdlets, ErrorEntry.ReadAll(assembly));
    }
}
