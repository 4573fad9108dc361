namespace AppStatus.Commands.PoolMembers;

/// <summary>What one input asks for, together with what was typed.</summary>
/// <param name="Balancer">The id of the balancer to ask; null or empty for the default session.</param>
/// <param name="Pools">None for all.</param>
/// <param name="Members">Which of their members.</param>
internal sealed record PoolQuestion(string? Balancer, string[] Pools, MemberFilter Members)
{
    /// <summary>The pools are named as a reading has them: nothing in them is a wildcard.</summary>
    public bool IsExact { get; init; }
}
