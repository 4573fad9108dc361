namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>
/// The whole round: what stands in the list, and between that, at their places, the entries that were taken out. Never
/// changed; each change makes another one.
/// </summary>
internal sealed class RoutingTable
{
    private readonly IReadOnlyList<TableSlot> _slots;

    private RoutingTable(IReadOnlyList<TableSlot> slots)
    {
        _slots = slots;
        IReadOnlyList<TableEntry> entries = [.. slots.Where(slot => slot.Entry is not null).Select(slot => slot.Entry!).Distinct()];
        var often = new HashSet<string>(entries.GroupBy(entry => entry.Name, StringComparer.Ordinal).Where(group => group.Skip(1).Any()).Select(group => group.Key), StringComparer.Ordinal);
        Members = [.. entries.Select(entry => new TableMember(often.Contains(entry.Name) ? $"{entry.Name}@{entry.Url.AbsoluteUri}" : entry.Name, entry))];
    }

    /// <summary>In the order of their first turns; a name that several instances have is told apart by the URL.</summary>
    public IReadOnlyList<TableMember> Members { get; }

    public IReadOnlyList<byte[]> List => [.. _slots.Where(slot => slot.InList).Select(slot => slot.Bytes)];

    public IReadOnlyList<RemovedEntry> Removed =>
        [.. _slots.Select((slot, place) => (slot, place)).Where(one => !one.slot.InList).Select(one => RemovedEntry.Of(one.slot, one.place))];

    /// <param name="list">The list as it stands in Redis.</param>
    /// <param name="removed">What is kept beside it. Who stands in the list again, by whosever hand, was put back.</param>
    public static RoutingTable Of(IReadOnlyList<byte[]> list, IReadOnlyList<RemovedEntry> removed)
    {
        List<TableSlot> slots = [.. list.Select(bytes => new TableSlot(bytes, TableEntry.Read(bytes), TrafficState.Enabled))];
        var here = new HashSet<TableEntry>(slots.Where(slot => slot.Entry is not null).Select(slot => slot.Entry!));
        foreach (RemovedEntry entry in removed.OrderBy(entry => entry.Place))
        {
            TableSlot slot = entry.ToSlot();
            // By ascending places, so that each finds before it what stood before it.
            if (!here.Contains(slot.Entry!)) slots.Insert(Math.Min(entry.Place, slots.Count), slot);
        }

        return new RoutingTable(slots);
    }

    public TrafficState StateOf(TableMember member) => Turns(member).First().State;

    /// <summary>How many turns it has, or would have.</summary>
    public int WeightOf(TableMember member) => Turns(member).Count();

    public RoutingTable WithState(TableMember member, TrafficState state) =>
        new([.. _slots.Select(slot => member.Entry.Equals(slot.Entry) ? slot with { State = state } : slot)]);

    /// <summary>With all turns spread anew; entries that are not understood keep their places and their order.</summary>
    public RoutingTable WithWeight(TableMember member, int weight)
    {
        var turns = Members.ToDictionary(one => one.Entry, one => new Queue<TableSlot>(Resized([.. Turns(one)], one.Entry.Equals(member.Entry) ? weight : WeightOf(one))));
        List<TableSlot> slots = [.. EvenRound.Of([.. Members.Select(one => (one.Entry, turns[one.Entry].Count))]).Select(entry => turns[entry].Dequeue())];
        for (int place = 0; place < _slots.Count; place++)
        {
            if (_slots[place].Entry is null) slots.Insert(Math.Min(place, slots.Count), _slots[place]);
        }

        return new RoutingTable(slots);
    }

    private IEnumerable<TableSlot> Turns(TableMember member) => _slots.Where(slot => member.Entry.Equals(slot.Entry));

    // A member's entries may differ in what we don't read: none of them is lost while there is a turn for it.
    private static IEnumerable<TableSlot> Resized(IReadOnlyList<TableSlot> turns, int weight) => Enumerable.Range(0, weight).Select(turn => turns[turn % turns.Count]);
}

/// <param name="Name">Unique in its table.</param>
internal sealed record TableMember(string Name, TableEntry Entry);
