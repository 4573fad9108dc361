using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.PoolMembers;

/// <summary>The members that -Member and -Address select. What names something exactly and selects nothing is an error.</summary>
/// <param name="names">Names, or the last part of full ones; wildcards are allowed.</param>
/// <param name="addresses">Addresses or host names; wildcards are allowed.</param>
internal sealed class MemberFilter(IReadOnlyList<string> names, IReadOnlyList<string> addresses)
{
    private const int NamesShown = 20;

    public IEnumerable<PoolMember> Select(IEnumerable<PoolMember> members) => members.Where(member =>
        (names.Count == 0 || names.Any(name => IsNamed(member, name))) && (addresses.Count == 0 || addresses.Any(address => IsAt(member, address))));

    /// <summary>An error for each name and address without wildcards that none of the members has.</summary>
    /// <param name="members">All that were looked at.</param>
    /// <param name="pools">The pools that were looked into, for the message; at least one.</param>
    public IEnumerable<(Fault Fault, string Target)> Missing(IReadOnlyList<PoolMember> members, IReadOnlyList<PoolContent> pools)
    {
        string where = pools.Count == 1 ? $"Pool {pools[0].Pool} has no" : $"None of {pools.Count} pools has a";
        foreach (string name in names.Where(name => IsLiteral(name) && !members.Any(member => IsNamed(member, name))))
            yield return (Fault($"{where} member {Core.SafeText.Of(name, 100)}", members), name);
        foreach (string address in addresses.Where(address => IsLiteral(address) && !members.Any(member => IsAt(member, address))))
            yield return (Fault($"{where} member at {Core.SafeText.Of(address, 100)}", members), address);
    }

    private static Fault Fault(string what, IReadOnlyList<PoolMember> members)
    {
        string[] known = [.. members.Select(member => member.Name).Distinct(StringComparer.Ordinal)];
        string list = known.Length == 0 ? "There is no member at all."
            : $"There {(known.Length == 1 ? "is" : "are")}: {string.Join(", ", known.Take(NamesShown))}{(known.Length > NamesShown ? ", …" : "")}.";
        return new Fault(ErrorId.MemberNotFound, $"{what}. {list}", "Names are case-sensitive; wildcards are not.");
    }

    private static bool IsNamed(PoolMember member, string name)
    {
        string last = member.Name.Substring(member.Name.LastIndexOf('/') + 1);
        return IsLiteral(name) ? member.Name == name || last == name : IsLike(name, member.Name) || IsLike(name, last);
    }

    private static bool IsAt(PoolMember member, string address) =>
        IsLiteral(address) ? member.IsHost(address) : IsLike(address, member.Address) || IsLike(address, member.ComputerName);

    private static bool IsLiteral(string text) => !WildcardPattern.ContainsWildcardCharacters(text);

    private static bool IsLike(string pattern, string text) => WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(text);
}
