namespace AppStatus.Core.Balancers;

/// <summary>A pool with all its members; there may be none.</summary>
/// <param name="Pool">What <see cref="PoolMember.Pool"/> names it by.</param>
/// <param name="Members">In the balancer's order.</param>
internal sealed record PoolContent(string Pool, IReadOnlyList<PoolMember> Members);
