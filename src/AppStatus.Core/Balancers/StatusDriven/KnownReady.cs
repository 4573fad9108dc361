namespace AppStatus.Core.Balancers.StatusDriven;

/// <summary>Which instances were last read as ready. A read that began before a write must not bring back what was before it.</summary>
internal sealed class KnownReady
{
    private readonly Dictionary<string, (long Writes, bool Ready)> _known = new(StringComparer.Ordinal);

    /// <param name="seen">For <see cref="Note"/>, when the read that begins now has its answer.</param>
    public bool Contains(string key, out long seen)
    {
        lock (_known)
        {
            _known.TryGetValue(key, out (long Writes, bool Ready) known);
            seen = known.Writes;
            return known.Ready;
        }
    }

    /// <summary>It was read as ready; that counts unless something was written since the read began.</summary>
    public void Note(string key, long seen)
    {
        lock (_known)
        {
            _known.TryGetValue(key, out (long Writes, bool Ready) known);
            if (known.Writes == seen) _known[key] = (seen, true);
        }
    }

    /// <summary>Something is written.</summary>
    public void Forget(string key)
    {
        lock (_known)
        {
            _known.TryGetValue(key, out (long Writes, bool Ready) known);
            _known[key] = (known.Writes + 1, false);
        }
    }
}
