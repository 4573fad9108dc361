namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>One turn in the round: an entry of the list, or one that was taken out and keeps its place.</summary>
/// <param name="Bytes">The entry, byte for byte.</param>
/// <param name="Entry">Null for an entry of others that is not understood.</param>
/// <param name="State">Enabled: it stands in the list.</param>
internal sealed record TableSlot(byte[] Bytes, TableEntry? Entry, TrafficState State)
{
    public bool InList => State == TrafficState.Enabled;
}
