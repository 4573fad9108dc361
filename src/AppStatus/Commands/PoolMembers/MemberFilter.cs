using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.PoolMembers;

/// <summary>The members that -Member and -Address select. What names something exactly and selects nothing is an error.</summary>
/// <param name="names">Names, or the last part of full ones; wildcards are allowed.</param>
/// <param name="addresses">Addresses or host names; wildcards are allowed.</param>
internal sealed class MemberFilter(IReadOnlyList<string> names, IReadOnlyList<string> addresses)
{
    private const int NamesShown = 20;

    /// <summary>The names are those of a reading: nothing in them is a wildcard.</summary>
    public bool IsExact { get; init; }

    /// <summary>Of those at the addresses only the ones on this port; null for all.</summary>
    public int? Port { get; init; }

    public IEnumerable<PoolMember> Select(IEnumerable<PoolMember> members) => members.Where(member =>
        (names.Count == 0 || names.Any(name => IsNamed(member, name))) && (addresses.Count == 0 || addresses.Any(address => IsAt(member, address))));

    /// <summary>An error for each name and address without wildcards that none of the members has.</summary>
    /// <param name="members">All that were looked at.</param>
    /// <param name="pools">The pools that were looked into, for the message; at least one.</param>
    public IEnumerable<(Fault Fault, string Target)> Missing(IReadOnlyList<PoolMember> members, IReadOnlyList<PoolContent> pools)
    {
        string where = pools.Count == 1 ? $"Pool {pools[0].Pool} has no" : $"None of {pools.Count} pools has a";
        foreach (string name in names.Where(name => IsName(name) && !members.Any(member => IsNamed(member, name))))
            yield return (Fault($"{where} member {Core.SafeText.Of(name, 100)}", members), name);
        foreach (string address in addresses.Where(address => IsLiteral(address) && !members.Any(member => IsAt(member, address))))
            yield return (Fault($"{where} member at {Core.SafeText.Of(address, 100)}{(Port is { } port ? $" on port {port}" : "")}", members), address);
    }

    private static Fault Fault(string what, IReadOnlyList<PoolMember> members)
    {
        string[] known = [.. members.Select(member => member.Name).Distinct(StringComparer.Ordinal)];
        string list = known.Length == 0 ? "There is no member at all."
            : $"There {(known.Length == 1 ? "is" : "are")}: {string.Join(", ", known.Take(NamesShown))}{(known.Length > NamesShown ? ", …" : "")}.";
        return new Fault(ErrorId.MemberNotFound, $"{what}. {list}", "Names are case-sensitive; a pattern such as WEB* is not.");
    }

    private bool IsNamed(PoolMember member, string name)
    {
        string last = member.Name.Substring(member.Name.LastIndexOf('/') + 1);
        return IsName(name) ? member.Name == name || last == name : IsLike(name, member.Name) || IsLike(name, last);
    }

    private bool IsAt(PoolMember member, string address) => (Port is null || member.Port == Port)
        && (IsLiteral(address) ? member.IsHost(address) : IsLike(address, member.Address) || IsLike(address, member.ComputerName));

    private bool IsName(string text) => IsExact || IsLiteral(text);

    private static bool IsLiteral(string text) => !WildcardPattern.ContainsWildcardCharacters(text);

    private static bool IsLike(string pattern, string text) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(text);
}
