namespace AppStatus.Core.Balancers.Changes;

/// <summary>The changes of one pool that wait for their turn, in the order in which they were taken.</summary>
internal sealed class PoolTurn
{
    private readonly object _lock = new();
    private readonly List<PendingChange> _waiting = [];

    /// <summary>Held while a batch is judged and written. Never disposed: without a wait handle it holds nothing.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Those that wait now; they stay until they are settled.</summary>
    public IReadOnlyList<PendingChange> Waiting
    {
        get
        {
            lock (_lock) return [.. _waiting];
        }
    }

    public void Add(PendingChange change)
    {
        lock (_lock) _waiting.Add(change);
    }

    public void RemoveSettled()
    {
        lock (_lock) _waiting.RemoveAll(change => change.IsSettled);
    }
}
