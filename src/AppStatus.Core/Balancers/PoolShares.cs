namespace AppStatus.Core.Balancers;

internal static class PoolShares
{
    /// <summary>
    /// Fills <see cref="PoolMember.Share"/>: what each serving member's weight makes of the pool's traffic. A member that does
    /// not serve has 0; where the balancer has no weights, all serving members have the same.
    /// </summary>
    public static IReadOnlyList<PoolMember> WithShares(this IReadOnlyList<PoolMember> members)
    {
        long total = members.Where(member => member.Serving).Sum(WeightOf);
        return [.. members.Select(member => member with { Share = member.Serving && total > 0 ? 100.0 * WeightOf(member) / total : 0 })];
    }

    private static long WeightOf(PoolMember member) => member.Weight ?? 1;
}
