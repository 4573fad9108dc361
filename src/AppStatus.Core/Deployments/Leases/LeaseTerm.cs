namespace AppStatus.Core.Deployments.Leases;

/// <summary>
/// How long a lease is surely ours. The server counts from when it took the renewal, which was after we sent it; so counting
/// from before the sending, by a clock that nobody sets, ends first here. A hundredth is taken off for clocks that run unevenly.
/// </summary>
internal sealed class LeaseTerm(TimeSpan duration, TimeProvider time)
{
    private readonly TimeSpan _safe = duration - TimeSpan.FromTicks(duration.Ticks / 100);
    private readonly object _gate = new();
    private long _sentAt;
    private bool _ended = true;

    /// <summary>Negative or zero once it has run out.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_gate) return _ended ? TimeSpan.Zero : _safe - time.GetElapsedTime(_sentAt);
        }
    }

    public bool IsValidFor(TimeSpan duration)
    {
        TimeSpan left = Left;
        return left > TimeSpan.Zero && left > duration;
    }

    /// <param name="sentAt">The timestamp from before the acquisition or renewal was sent.</param>
    public void Renew(long sentAt)
    {
        lock (_gate)
        {
            _sentAt = sentAt;
            _ended = false;
        }
    }

    public void End()
    {
        lock (_gate) _ended = true;
    }
}
