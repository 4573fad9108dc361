using System.Globalization;

namespace AppStatus.Core.Balancers.F5;

/// <summary>Pool members out of what a device says of a pool, its members and their statistics.</summary>
internal static class F5PoolReading
{
    public static IReadOnlyList<PoolMember> ToMembers(F5Pool pool, IReadOnlyList<F5Member> members)
    {
        List<F5Member> instances = [.. members.Where(member => !member.IsTemplate)];
        HashSet<int> activeGroups = ActiveGroups(pool.MinActiveMembers, instances);
        IReadOnlyList<PoolMember> read = [.. instances.Select(member => ToMember(pool, member, activeGroups.Contains(member.PriorityGroup)))];
        return read.WithShares(weighted: pool.UsesMemberRatio);
    }

    /// <summary>
    /// Finds each member's statistics: by node and port, else (old versions name the node without its folder) by address and port.
    /// </summary>
    public static F5MemberStatistics? Find(IReadOnlyDictionary<string, F5MemberStatistics> index, string pool, string memberName, string address)
    {
        (string node, string port) = F5Name.SplitMember(memberName);
        string folder = memberName.Substring(0, memberName.LastIndexOf('/') + 1);
        return index.TryGetValue(Key(pool, folder + node, port), out F5MemberStatistics? byNode) ? byNode
            : index.TryGetValue(Key(pool, address, port), out F5MemberStatistics? byAddress) ? byAddress
            : null;
    }

    /// <param name="statistics">Of one pool or of many.</param>
    /// <param name="pool">The pool that all belong to; null where each names its own.</param>
    public static IReadOnlyDictionary<string, F5MemberStatistics> Index(IReadOnlyList<F5MemberStatistics> statistics, string? pool)
    {
        var index = new Dictionary<string, F5MemberStatistics>(StringComparer.Ordinal);
        foreach (F5MemberStatistics one in statistics)
        {
            string of = pool ?? one.Pool;
            index[Key(of, one.Node, one.Port)] = one;
            if (one.Address.Length > 0) index[Key(of, one.Address, one.Port)] = one;
        }

        return index;
    }

    /// <summary>From the highest group downwards, groups serve until so many members are available.</summary>
    private static HashSet<int> ActiveGroups(int minActiveMembers, List<F5Member> members)
    {
        var active = new HashSet<int>();
        int available = 0;
        foreach (IGrouping<int, F5Member> group in members.GroupBy(member => member.PriorityGroup).OrderByDescending(group => group.Key))
        {
            if (minActiveMembers > 0 && available >= minActiveMembers) break;
            active.Add(group.Key);
            available += group.Count(member => member.Available);
        }

        return active;
    }

    private static PoolMember ToMember(F5Pool pool, F5Member member, bool inActiveGroup)
    {
        (string node, string port) = F5Name.SplitMember(member.FullPath);
        string portText = F5Json.ParseNumber(port) is not null ? port : member.Statistics?.Port ?? "";
        return new PoolMember
        {
            Name = F5Name.Short(member.FullPath),
            Pool = F5Name.Short(pool.FullPath),
            Balancer = pool.Balancer,
            Address = member.Address,
            Port = int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0,
            ComputerName = node.Length > 0 ? node : member.Address,
            State = member.State,
            Health = member.Health,
            HealthReason = inActiveGroup ? member.Reason : $"{member.Reason}; priority group {member.PriorityGroup} is not active",
            Connections = member.Statistics?.Connections,
            Requests = member.Statistics?.Total,
            Weight = member.Ratio,
            Serving = member.Available && inActiveGroup,
            Standby = !inActiveGroup,
        };
    }

    private static string Key(string pool, string node, string port) => $"{pool}\n{node}\n{port}";
}
