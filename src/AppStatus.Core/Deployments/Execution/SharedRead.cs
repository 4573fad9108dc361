using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>At most one read under way, and one that is due behind it: however many ask, the balancer sees two at the most.</summary>
internal sealed class SharedRead(Func<CancellationToken, Task<IReadOnlyList<PoolMember>>> read)
{
    private readonly object _gate = new();
    // Each who asks waits on a task of its own: of many who await one task, the runtime sends all but one to other threads,
    // and a virtual clock would no longer drive everything in one order.
    private List<TaskCompletionSource<IReadOnlyList<PoolMember>>> _due = [];
    private bool _reading;

    /// <summary>Joins the next read that begins after this call. Leaving early leaves the read to the others.</summary>
    public async Task<IReadOnlyList<PoolMember>> JoinAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var mine = new TaskCompletionSource<IReadOnlyList<PoolMember>>();
        bool start;
        lock (_gate)
        {
            _due.Add(mine);
            start = !_reading;
            _reading = true;
        }

        if (start) _ = RunAsync();
        using (cancellationToken.Register(() => mine.TrySetCanceled(cancellationToken)))
            return await mine.Task.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            List<TaskCompletionSource<IReadOnlyList<PoolMember>>> waiting;
            lock (_gate)
            {
                _reading = _due.Count > 0;
                if (!_reading) return;
                waiting = _due;
                _due = [];
            }

            try
            {
                // The balancer bounds its own requests in time, so this ends without a token.
                IReadOnlyList<PoolMember> members = await read(CancellationToken.None).ConfigureAwait(false);
                foreach (TaskCompletionSource<IReadOnlyList<PoolMember>> waiter in waiting) waiter.TrySetResult(members);
            }
            catch (Exception cause)
            {
                foreach (TaskCompletionSource<IReadOnlyList<PoolMember>> waiter in waiting) waiter.TrySetException(cause);
            }
        }
    }
}
