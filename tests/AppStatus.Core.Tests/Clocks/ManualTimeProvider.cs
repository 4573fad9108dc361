using System.Diagnostics;

namespace AppStatus.Core.Tests.Clocks;

/// <summary>
/// A clock that moves only when a test moves it. Timers fire in the order in which they are due, on the thread that
/// advances, so that what waits on the clock runs in one order, the same each time.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    // Of the machine's own time: nothing but a hang takes so long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    // A timer that was changed or disposed leaves its old entry behind: such an entry is recognized by its order and dropped.
    private readonly PriorityQueue<ManualTimer, (TimeSpan Due, long Order)> _due = new();
    private readonly DateTimeOffset _start;
    private TimeSpan _elapsed;
    private long _order;
    private int _waiting;

    public ManualTimeProvider(DateTimeOffset? start = null) =>
        _start = start ?? new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How far the clock has been moved since it was made.</summary>
    public TimeSpan Elapsed
    {
        get { lock (_gate) return _elapsed; }
    }

    /// <summary>When the next timer is due, counted from the start; null when nothing waits.</summary>
    public TimeSpan? NextDue
    {
        get { lock (_gate) return Next()?.Due; }
    }

    /// <summary>How many timers wait.</summary>
    public int Waiting
    {
        get { lock (_gate) return _waiting; }
    }

    public override DateTimeOffset GetUtcNow() => _start + Elapsed;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on, and fires on the way whatever falls due, timers made on the way included.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan until = Elapsed + by;
        while (Fire(until)) { }

        lock (_gate)
        {
            if (_elapsed < until) _elapsed = until;
        }
    }

    /// <summary>Moves to the next timer and fires it; false when nothing waits.</summary>
    public bool AdvanceToNext() => Fire(TimeSpan.MaxValue);

    /// <summary>Moves from timer to timer until the work is done, and fails aloud when nothing waits any more or the limit is passed.</summary>
    public async Task<T> RunAsync<T>(Task<T> work, TimeSpan limit)
    {
        TimeSpan until = Elapsed + limit;
        var idle = Stopwatch.StartNew();
        while (!work.IsCompleted)
        {
            if (Fire(until))
            {
                idle.Restart();
                continue;
            }

            // Work that hops threads, or that a disk keeps, may be about to start its next timer: give it a moment, bounded, before giving up.
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(5)));
            if (work.IsCompleted) break;
            if (idle.Elapsed > Patience) throw new TimeoutException(NextDue is null ? "Nothing waits on the manual clock, and the work is not done." : $"Not done after {limit} on the manual clock.");
        }

        return await work;
    }

    private bool Fire(TimeSpan until)
    {
        ManualTimer? due;
        lock (_gate)
        {
            due = Next();
            if (due is null || due.Due > until) return false;
            _due.Dequeue();
            if (due.Due > _elapsed) _elapsed = due.Due;
            due.Fired();
        }

        due.Invoke();
        return true;
    }

    private ManualTimer? Next()
    {
        while (_due.TryPeek(out ManualTimer? timer, out (TimeSpan Due, long Order) entry))
        {
            if (timer.Order == entry.Order) return timer;
            _due.Dequeue();
        }

        return null;
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public TimeSpan Due { get; private set; }

        /// <summary>Which of its entries in the queue is the valid one; -1: it does not wait.</summary>
        public long Order { get; private set; } = -1;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Cancel();
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan) Schedule(dueTime);
                return true;
            }
        }

        public void Fired()
        {
            Cancel();
            if (_period > TimeSpan.Zero) Schedule(_period);
        }

        public void Invoke() => callback(state);

        public void Dispose()
        {
            lock (clock._gate) Cancel();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Schedule(TimeSpan after)
        {
            Due = clock._elapsed + after;
            Order = clock._order++;
            clock._due.Enqueue(this, (Due, Order));
            clock._waiting++;
        }

        private void Cancel()
        {
            if (Order < 0) return;
            Order = -1;
            clock._waiting--;
        }
    }
}
