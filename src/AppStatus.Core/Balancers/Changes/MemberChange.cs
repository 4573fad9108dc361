namespace AppStatus.Core.Balancers.Changes;

/// <summary>What shall become of a member.</summary>
/// <param name="State">Null to leave it.</param>
/// <param name="Weight">Native and absolute; null to leave it.</param>
internal sealed record MemberChange(TrafficState? State, int? Weight)
{
    /// <summary>Whether no new connections come afterwards. A weight of 0 does that as well as a state.</summary>
    public bool TakesOut => State is TrafficState.Draining or TrafficState.Offline || Weight == 0;

    public override string ToString() => (State, Weight) switch
    {
        (null, { } weight) => FormattableString.Invariant($"set the weight to {weight}"),
        ({ } state, { } weight) => FormattableString.Invariant($"set to {state}, and the weight to {weight}"),
        _ => $"set to {State}",
    };
}
