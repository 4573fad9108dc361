namespace AppStatus.Sessions;

/// <summary>Names that went through this PowerShell session, for completion: completers ask nobody else.</summary>
internal sealed class SeenNames
{
    private readonly object _gate = new();
    private readonly HashSet<(string Scope, string Name)> _names = [];

    /// <param name="scope">Where they belong: a balancer, a key's prefix; empty where there is but one place.</param>
    public void Remember(string scope, IEnumerable<string> names)
    {
        lock (_gate) _names.UnionWith(names.Select(name => (scope, name)));
    }

    public void Forget(string scope, string name)
    {
        lock (_gate) _names.Remove((scope, name));
    }

    /// <summary>The names that were seen so far, in their order, each once.</summary>
    /// <param name="scopes">Null: of all.</param>
    public IReadOnlyList<string> In(IReadOnlyCollection<string>? scopes)
    {
        lock (_gate)
            return [.. _names.Where(seen => scopes is null || scopes.Contains(seen.Scope)).Select(seen => seen.Name).Distinct(StringComparer.Ordinal).OrderBy(name => name, StringComparer.Ordinal)];
    }
}
