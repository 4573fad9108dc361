using System.Net;

namespace AppStatus.Core.Balancers;

/// <summary>Compares what people type for a host with what balancers call it.</summary>
internal static class MemberAddress
{
    /// <summary>Those members whose address is among these, letter by letter.</summary>
    public static IReadOnlyList<PoolMember> At(this IEnumerable<PoolMember> members, IReadOnlyCollection<string> addresses)
    {
        var wanted = new HashSet<string>(addresses, StringComparer.OrdinalIgnoreCase);
        return [.. members.Where(member => wanted.Contains(member.Address))];
    }

    /// <summary>
    /// Whether the text is the member's host: its address in whatever notation, or its host name. A route domain (<c>%1</c>)
    /// counts only where it was typed.
    /// </summary>
    public static bool IsHost(this PoolMember member, string typed)
    {
        if (string.Equals(member.Address, typed, StringComparison.OrdinalIgnoreCase)
            || string.Equals(member.ComputerName, typed, StringComparison.OrdinalIgnoreCase)) return true;
        if (typed.IndexOf('%') >= 0 || !IPAddress.TryParse(typed, out IPAddress? wanted)) return false;

        int routeDomain = member.Address.IndexOf('%');
        string address = routeDomain < 0 ? member.Address : member.Address.Substring(0, routeDomain);
        return IPAddress.TryParse(address, out IPAddress? own) && own.Equals(wanted);
    }
}
