using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace AppStatus.Pipeline;

/// <summary>
/// Runs work on the thread pool, and writes what it says on the pipeline thread: the only place that calls Write*.
/// Every way out of the pipeline (its end, Ctrl+C, an exception from downstream such as that of Select-Object -First,
/// an error under the preference Stop, an upstream failure that only disposes of us) goes through one path: cancel,
/// wait until all work has ended, and only then leave.
/// </summary>
/// <param name="cmdlet">Whose Write* methods are called.</param>
/// <param name="limit">How many pieces of work run side by side; at least 1.</param>
/// <param name="grace">
/// How long work may take to end once it is cancelled. Work that ignores its token longer than that is cut off from the
/// pipeline, so that Ctrl+C always comes back; its exceptions are still observed.
/// </param>
/// <param name="inOrder">Whether output keeps the order of the work, or comes as it is known.</param>
internal sealed class Pump(Cmdlet cmdlet, int limit, TimeSpan grace, bool inOrder = true) : IDisposable
{
    private readonly object _gate = new();
    // Never disposed: Ctrl+C may be cancelling it on another thread, and without a timer it holds nothing.
    private readonly CancellationTokenSource _stop = new();
    private readonly Stopwatch _sinceStop = new();
    private readonly Queue<Outlet> _outlets = new();
    private readonly Queue<PumpEvent> _unordered = new();
    private readonly Queue<PendingWork> _pending = new();
    private int _workers;
    private volatile bool _stopRequested;
    private bool _closed;

    /// <summary>What is still to be said when the pipeline has stopped; null for nothing.</summary>
    public string? LastWords { get; set; }

    /// <summary>Cancelled when the pipeline stops; all work is given it.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// Takes a piece of work, to be started as soon as fewer than the limit run. Called on the pipeline thread; writes
    /// what is ready meanwhile, and holds the caller back while as much waits as runs.
    /// </summary>
    /// <param name="work">The work. Its exceptions become errors.</param>
    /// <param name="terminating">Whether such an error ends the pipeline.</param>
    public void Start(Func<IPipelineWriter, CancellationToken, Task> work, bool terminating = false)
    {
        var outlet = new Outlet(this);
        lock (_gate)
        {
            if (_stopRequested) throw new PipelineStoppedException();
            _outlets.Enqueue(outlet);
            _pending.Enqueue(new PendingWork(work, outlet, terminating));
            if (_workers < limit)
            {
                _workers++;
                _ = Task.Run(WorkAsync);
            }
        }

        WriteUntil(() => _pending.Count < limit);
    }

    /// <summary>Opens an outlet for what the pipeline thread itself has to say in its turn.</summary>
    public void Write(Action<IPipelineWriter> write)
    {
        var outlet = new Outlet(this);
        lock (_gate) _outlets.Enqueue(outlet);
        write(outlet);
        Complete(outlet);
        WriteUntil(static () => true);
    }

    /// <summary>Writes until all work has ended and everything is out.</summary>
    public void Finish()
    {
        WriteUntil(() => _workers == 0 && _outlets.Count == 0);
        if (_stopRequested) throw new PipelineStoppedException();
    }

    /// <summary>Asks all work to end; the pipeline thread, waiting in here, leaves once it has. Called from any thread.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (_stopRequested) return;
            _stopRequested = true;
            _sinceStop.Start();
            AbandonPending();
            Monitor.PulseAll(_gate);
        }

        try
        {
            _stop.Cancel();
        }
        catch (AggregateException)
        {
            // A callback of the work failed; the work itself reports that, or not: we are leaving.
        }
    }

    /// <summary>Cancels what still runs and waits for it: PowerShell disposes of a cmdlet whose EndProcessing it never calls.</summary>
    public void Dispose()
    {
        if (_closed) return;
        Stop();
        WaitForWork();
        List<PumpEvent> unwritten;
        lock (_gate)
        {
            _closed = true;
            unwritten = [.. _unordered, .. _outlets.SelectMany(outlet => outlet.Events)];
            _unordered.Clear();
            _outlets.Clear();
        }

        foreach (PumpEvent item in unwritten) item.Drop?.Invoke();
    }

    /// <summary>Called from any thread.</summary>
    internal void Post(Outlet outlet, PumpEvent item)
    {
        lock (_gate)
        {
            if (!_closed && !outlet.Completed)
            {
                (inOrder ? outlet.Events : _unordered).Enqueue(item);
                if (!inOrder || (_outlets.Count > 0 && _outlets.Peek() == outlet)) Monitor.PulseAll(_gate);
                return;
            }
        }

        item.Drop?.Invoke();
    }

    private void Complete(Outlet outlet)
    {
        lock (_gate)
        {
            outlet.Completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>One of at most <c>limit</c> workers: goes on with the next piece without waiting for the pipeline thread.</summary>
    private async Task WorkAsync()
    {
        while (true)
        {
            PendingWork next;
            lock (_gate)
            {
                if (_pending.Count == 0)
                {
                    _workers--;
                    Monitor.PulseAll(_gate);
                    return;
                }

                next = _pending.Dequeue();
            }

            try
            {
                await next.Work(next.Outlet, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopRequested)
            {
                // What was asked for.
            }
            catch (Exception exception)
            {
                next.Outlet.Fail(exception, next.Terminating);
            }

            Complete(next.Outlet);
        }
    }

    /// <summary>The pipeline thread's loop. <paramref name="done"/> is asked under the lock, whenever nothing is ready to be written.</summary>
    private void WriteUntil(Func<bool> done)
    {
        while (true)
        {
            PumpEvent? item;
            lock (_gate)
            {
                while (!TryNext(out item))
                {
                    if (done()) return;
                    if (!_stopRequested)
                    {
                        Monitor.Wait(_gate);
                        continue;
                    }

                    if (_workers == 0 || !WaitWithinGrace()) throw new PipelineStoppedException();
                }
            }

            try
            {
                item!.Write(cmdlet);
            }
            catch (Exception exception)
            {
                var way = ExceptionDispatchInfo.Capture(exception);
                Stop();
                WaitForWork();
                way.Throw();
            }
        }
    }

    /// <summary>Waits until no work runs, dropping what it still says and cancelling what it still asks.</summary>
    private void WaitForWork()
    {
        while (true)
        {
            PumpEvent? item;
            lock (_gate)
            {
                while (!TryNext(out item))
                {
                    if (_workers == 0 || !WaitWithinGrace()) return;
                }
            }

            item!.Drop?.Invoke();
        }
    }

    /// <summary>Under the lock: the next event of the first outlet that has not said its last.</summary>
    private bool TryNext(out PumpEvent? item)
    {
        if (_unordered.Count > 0)
        {
            item = _unordered.Dequeue();
            return true;
        }

        while (_outlets.Count > 0)
        {
            Outlet head = _outlets.Peek();
            if (head.Events.Count > 0)
            {
                item = head.Events.Dequeue();
                return true;
            }

            if (!head.Completed) break;
            _outlets.Dequeue();
        }

        item = null;
        return false;
    }

    private bool WaitWithinGrace()
    {
        TimeSpan left = grace - _sinceStop.Elapsed;
        if (left <= TimeSpan.Zero) return false;
        Monitor.Wait(_gate, left);
        return true;
    }

    private void AbandonPending()
    {
        foreach (PendingWork work in _pending) work.Outlet.Completed = true;
        _pending.Clear();
    }

    private sealed record PendingWork(Func<IPipelineWriter, CancellationToken, Task> Work, Outlet Outlet, bool Terminating);
}
