using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>At most one read under way, and one that is due behind it: however many ask, the balancer sees two at the most.</summary>
internal sealed class SharedRead(Func<CancellationToken, Task<IReadOnlyList<PoolMember>>> read)
{
    private readonly object _gate = new();
    private TaskCompletionSource<IReadOnlyList<PoolMember>>? _due;
    private bool _reading;

    /// <summary>Joins the next read that begins after this call. Leaving early leaves the read to the others.</summary>
    public async Task<IReadOnlyList<PoolMember>> JoinAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<IReadOnlyList<PoolMember>> mine;
        bool start;
        lock (_gate)
        {
            mine = _due ??= new TaskCompletionSource<IReadOnlyList<PoolMember>>();
            start = !_reading;
            if (start)
            {
                _reading = true;
                _due = null;
            }
        }

        if (start) _ = RunAsync(mine);
        if (mine.Task.IsCompleted || !cancellationToken.CanBeCanceled) return await mine.Task.ConfigureAwait(false);

        var left = new TaskCompletionSource<bool>();
        using (cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), left))
            await Task.WhenAny(mine.Task, left.Task).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return await mine.Task.ConfigureAwait(false);
    }

    private async Task RunAsync(TaskCompletionSource<IReadOnlyList<PoolMember>> current)
    {
        while (true)
        {
            try
            {
                // The balancer bounds its own requests in time, so this ends without a token.
                current.TrySetResult(await read(CancellationToken.None).ConfigureAwait(false));
            }
            catch (Exception cause)
            {
                current.TrySetException(cause);
                _ = current.Task.Exception; // seen, even if all who asked have left
            }

            lock (_gate)
            {
                if (_due is null)
                {
                    _reading = false;
                    return;
                }

                current = _due;
                _due = null;
            }
        }
    }
}
