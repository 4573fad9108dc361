namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>One pool out of what each HAProxy of a group says of it.</summary>
internal static class HAProxyGroup
{
    /// <summary>
    /// Adds up connections, and lets a member serve only where every HAProxy says so. Where they differ, the traffic state is
    /// the most open one (a member that one HAProxy still sends requests to is not drained) and the reason says who says what.
    /// </summary>
    public static IReadOnlyList<PoolMember> Merge(IReadOnlyList<KeyValuePair<string, IReadOnlyList<PoolMember>>> views)
    {
        if (views.Count == 1) return views[0].Value;
        IEnumerable<string> names = views.SelectMany(view => view.Value).Select(member => member.Name).Distinct(StringComparer.Ordinal);
        return [.. names.Select(name => MergeMember(name, views))];
    }

    private static PoolMember MergeMember(string name, IReadOnlyList<KeyValuePair<string, IReadOnlyList<PoolMember>>> views)
    {
        var seen = views.Select(view => (At: view.Key, Member: view.Value.FirstOrDefault(member => member.Name == name))).ToList();
        List<PoolMember> members = [.. seen.Where(entry => entry.Member is not null).Select(entry => entry.Member!)];
        bool everywhere = members.Count == views.Count;
        bool same = everywhere && members.Select(member => (member.State, member.Health, member.Weight, member.Address, member.Port)).Distinct().Count() == 1;

        return members[0] with
        {
            State = members.Min(member => member.State),
            Health = members.Any(member => member.Health == MemberHealth.Down) ? MemberHealth.Down
                : everywhere && members.TrueForAll(member => member.Health == MemberHealth.Up) ? MemberHealth.Up
                : MemberHealth.Unknown,
            HealthReason = same ? members[0].HealthReason : "differs: " + string.Join(", ", seen.Select(entry => Describe(entry.At, entry.Member))),
            Requests = members.TrueForAll(member => member.Requests is not null) ? members.Sum(member => member.Requests) : null,
            Errors = members.TrueForAll(member => member.Errors is not null) ? members.Sum(member => member.Errors) : null,
            Connections = members.TrueForAll(member => member.Connections is not null) ? members.Sum(member => member.Connections) : null,
            Weight = members.Max(member => member.Weight),
            Serving = everywhere && members.TrueForAll(member => member.Serving),
            Standby = members.TrueForAll(member => member.Standby),
        };
    }

    private static string Describe(string at, PoolMember? member) => member is null
        ? $"unknown to {at}"
        : FormattableString.Invariant($"{member.State} weight {member.Weight} {member.HealthReason} at {at}");
}
