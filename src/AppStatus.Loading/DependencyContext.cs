using System.Reflection;

namespace AppStatus.Loading;

/// <summary>Where our dependencies are loaded, apart from those of other modules.</summary>
internal interface IDependencyContext
{
    /// <summary>One of ours, by name, key token, and a version that is at least the wanted one; null where there is none.</summary>
    Assembly? Load(AssemblyName wanted);

    /// <summary>Whether an assembly was loaded here, so that what it asks for is ours to answer.</summary>
    bool Holds(Assembly assembly);
}

internal static class DependencyContext
{
    /// <summary>In PowerShell 7 an AssemblyLoadContext, which .NET Standard does not name; in 5.1 files of their own.</summary>
    public static IDependencyContext Create(string folder)
    {
        Type? context = Type.GetType("System.Runtime.Loader.AssemblyLoadContext, System.Private.CoreLib", throwOnError: false);
        return context is null ? new FrameworkDependencies(folder) : new IsolatedDependencies(context, folder);
    }

    public static bool Satisfies(AssemblyName have, AssemblyName wanted)
    {
        byte[] wantedKey = wanted.GetPublicKeyToken() ?? [];
        return string.Equals(have.Name, wanted.Name, StringComparison.OrdinalIgnoreCase)
            && (wanted.Version is null || have.Version >= wanted.Version)
            && (wantedKey.Length == 0 || wantedKey.SequenceEqual(have.GetPublicKeyToken() ?? []));
    }
}
