namespace AppStatus.Core.Balancers;

internal static class PoolShares
{
    /// <summary>
    /// Fills <see cref="PoolMember.Share"/>: what each serving member's weight makes of the pool's traffic. A member that does
    /// not serve has 0.
    /// </summary>
    /// <param name="members">All members of one pool.</param>
    /// <param name="weighted">False where the balancer has weights but does not use them: then all serving members have the same.</param>
    public static IReadOnlyList<PoolMember> WithShares(this IReadOnlyList<PoolMember> members, bool weighted = true)
    {
        long total = members.Where(member => member.Serving).Sum(WeightOf);
        return [.. members.Select(member => member with { Share = member.Serving && total > 0 ? 100.0 * WeightOf(member) / total : 0 })];

        long WeightOf(PoolMember member) => weighted ? member.Weight ?? 1 : 1;
    }
}
