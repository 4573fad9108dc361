using System.Collections.Concurrent;
using AppStatus.Core.Flags;

namespace AppStatus.AspNetCore.Flags;

/// <summary>What was read last, for as long as it may be believed. Requests read it while the background writes it.</summary>
/// <param name="maxStale">Counted from the last reading; infinite for ever.</param>
internal sealed class FlagMemory(TimeSpan maxStale, TimeProvider time)
{
    /// <summary>Names out of requests must not fill the memory, nor the command that reads them all.</summary>
    public const int MaxNames = 1000;

    private readonly ConcurrentDictionary<string, FlagValue?> _values = new(StringComparer.Ordinal);
    private long _readAt;

    public ICollection<string> Names => _values.Keys;

    public bool Knows(string name) => _values.ContainsKey(name);

    /// <summary>Takes a name to be read from now on.</summary>
    /// <returns>False when it is known, or one too many.</returns>
    public bool Add(string name) => !Knows(name) && _values.Count < MaxNames && FlagKey.IsName(name) && _values.TryAdd(name, null);

    /// <summary>The value that holds now; null for none.</summary>
    public FlagValue? Find(string name) => _values.TryGetValue(name, out var value) && IsFresh ? value : null;

    /// <summary>Keeps what was read.</summary>
    /// <returns>What it was before.</returns>
    public FlagValue? Keep(string name, FlagValue? value)
    {
        var before = _values.GetValueOrDefault(name);
        _values[name] = value;
        return before;
    }

    /// <summary>All names have been read just now.</summary>
    public void Confirm() => Volatile.Write(ref _readAt, time.GetTimestamp());

    private bool IsFresh => maxStale == Timeout.InfiniteTimeSpan || time.GetElapsedTime(Volatile.Read(ref _readAt)) <= maxStale;
}
