namespace AppStatus.Core.Balancers.Waiting;

/// <summary>What is awaited of a member; each part that is null is of no interest.</summary>
/// <param name="IdleConnections">As many live connections, or fewer.</param>
/// <param name="Health">What the balancer's check shall say.</param>
/// <param name="State">What the balancer shall do with it.</param>
internal sealed record MemberCondition(int? IdleConnections, MemberHealth? Health, TrafficState? State)
{
    public bool IsEmpty => IdleConnections is null && Health is null && State is null;

    public bool IsMetBy(PoolMember member) =>
        (IdleConnections is null || member.Connections <= IdleConnections)
        && (Health is null || member.Health == Health)
        && (State is null || member.State == State);

    public override string ToString()
    {
        string idle = IdleConnections switch
        {
            null => "",
            0 => "idle",
            { } some => FormattableString.Invariant($"at most {some} connections"),
        };
        return string.Join(" and ", new[] { State?.ToString() ?? "", Health?.ToString() ?? "", idle }.Where(part => part.Length > 0));
    }
}
