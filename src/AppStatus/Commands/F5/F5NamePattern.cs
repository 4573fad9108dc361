using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.F5;

/// <summary>
/// A pool or a virtual server as it is typed. A name without wildcards is one, in the partition or by its full path, letter by letter as the
/// device has it; a pattern matches names in all partitions, or full paths when it starts with a slash.
/// </summary>
/// <param name="text">As it was typed.</param>
/// <param name="partition">Null for Common, and for all of them with a wildcard.</param>
internal sealed class F5NamePattern(string text, string? partition) : IPoolPattern
{
    private const int NamesShown = 5;

    private readonly WildcardPattern? _pattern = WildcardPattern.ContainsWildcardCharacters(text) ? WildcardPattern.Get(text, WildcardOptions.IgnoreCase) : null;

    /// <summary>The full path; null for a pattern.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: it can't be a name.</exception>
    public string? Literal => _pattern is null ? F5Name.FullPath(text, partition ?? F5Name.DefaultPartition) : null;

    public bool Matches(string fullPath) => _pattern is null
        ? fullPath == Literal
        : _pattern.IsMatch(text[0] == '/' ? fullPath : NameOf(fullPath));

    /// <param name="host">Where it was looked for.</param>
    /// <param name="known">The full paths of the pools that there are.</param>
    public Fault PoolNotFound(string host, IEnumerable<string> known)
    {
        string[] near = [.. known.Where(path => string.Equals(NameOf(path), NameOf(Literal!), StringComparison.OrdinalIgnoreCase)).Take(NamesShown)];
        return new Fault(
            ErrorId.PoolNotFound,
            $"{host} has no pool {Core.SafeText.Of(Literal!, 200)}{(near.Length == 0 ? "" : $", but {string.Join(", ", near)}")}.",
            "List them with Get-F5Pool; names are case-sensitive, and outside /Common they need their partition.");
    }

    private static string NameOf(string fullPath) => fullPath.Substring(fullPath.LastIndexOf('/') + 1);
}
