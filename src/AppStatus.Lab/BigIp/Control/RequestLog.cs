namespace AppStatus.Lab.BigIp.Control;

/// <summary>Every request of the control plane, in the order of arrival; the oldest are dropped when there are too many.</summary>
internal sealed class RequestLog
{
    private const int Kept = 50_000;

    private readonly Lock _gate = new();
    private readonly Queue<RequestLogEntry> _entries = [];
    private long _count;

    /// <summary>Requests so far, dropped ones included.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>A copy; numbers show the order of arrival, the list the order of answers.</summary>
    public IReadOnlyList<RequestLogEntry> Entries
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }
    }

    public IEnumerable<RequestLogEntry> Writes => Entries.Where(entry => entry.IsWrite);

    public long NextNumber() => Interlocked.Increment(ref _count);

    public void Add(RequestLogEntry entry)
    {
        lock (_gate)
        {
            _entries.Enqueue(entry);
            if (_entries.Count > Kept)
            {
                _entries.Dequeue();
            }
        }
    }

    /// <summary>Forgets the entries; numbers go on.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _entries.Clear();
        }
    }
}
