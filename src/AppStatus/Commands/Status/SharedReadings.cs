using AppStatus.Core.Status;

namespace AppStatus.Commands.Status;

/// <summary>
/// Asks an instance once that is a member of several pools. The same input a second time is asked anew: whoever pipes
/// one name again and again wants to see it change.
/// </summary>
internal sealed class SharedReadings(IStatusClient client)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Decides on the pipeline thread; the request begins when the result is first awaited.</summary>
    public Func<CancellationToken, Task<InstanceStatus>> Of(StatusTarget target)
    {
        string pool = target.Member?.Pool ?? "";
        if (!_entries.TryGetValue(target.Uri.AbsoluteUri, out Entry? entry) || !entry.Pools.Add(pool))
        {
            entry = new Entry(client, target);
            entry.Pools.Add(pool);
            _entries[target.Uri.AbsoluteUri] = entry;
        }

        return async cancellationToken =>
        {
            InstanceStatus reading = await entry.ReadAsync(cancellationToken).ConfigureAwait(false);
            return reading with { Name = target.Name, Member = target.Member };
        };
    }

    private sealed class Entry(IStatusClient client, StatusTarget target)
    {
        private readonly object _gate = new();
        private Task<InstanceStatus>? _reading;

        public HashSet<string> Pools { get; } = new(StringComparer.Ordinal);

        public Task<InstanceStatus> ReadAsync(CancellationToken cancellationToken)
        {
            lock (_gate) return _reading ??= client.GetAsync(target, cancellationToken);
        }
    }
}
