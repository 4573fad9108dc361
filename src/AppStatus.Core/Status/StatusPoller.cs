using AppStatus.Core.Errors;

namespace AppStatus.Core.Status;

/// <summary>
/// Reads an instance again and again until it has been right so many times in a row, or the time is up. One poller serves
/// many waits side by side, and bounds how many of them ask at once.
/// </summary>
internal sealed class StatusPoller(IStatusClient client, TimeProvider time, int limit) : IDisposable
{
    private readonly SemaphoreSlim _requests = new(limit, limit);

    /// <summary>On the machine's clock.</summary>
    public StatusPoller(IStatusClient client, int limit)
        : this(client, TimeProvider.System, limit)
    {
    }

    /// <param name="target">The instance.</param>
    /// <param name="condition">What it shall say.</param>
    /// <param name="options">How long, how often.</param>
    /// <param name="onReading">Told of each reading and how many were right in a row; null for nobody.</param>
    /// <param name="cancellationToken">Ends the wait with an exception.</param>
    public async Task<StatusWaitResult> WaitAsync(
        StatusTarget target,
        StatusCondition condition,
        StatusWaitOptions options,
        Action<InstanceStatus, int>? onReading,
        CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        // The deadline cuts off a request in flight, too: an instance that hangs must not stretch the wait.
        using CancellationTokenSource deadline = time.CreateCancellationTokenSource(options.Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        InstanceStatus? last = null;
        int inARow = 0;
        try
        {
            while (true)
            {
                last = await ReadAsync(target, either.Token).ConfigureAwait(false);
                inARow = condition.IsMetBy(last) ? inARow + 1 : 0;
                onReading?.Invoke(last, inARow);
                if (inARow >= options.Consecutive) return Result(reached: true);
                await time.DelayAsync(options.Interval, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsCancellationRequested)
        {
            return Result(reached: false);
        }

        StatusWaitResult Result(bool reached) => new(reached, last ?? Unanswered(target), inARow, time.GetElapsedTime(started));
    }

    /// <summary>Reads so many times, and stops at the first reading that is wrong.</summary>
    /// <returns>The last reading.</returns>
    public async Task<InstanceStatus> HoldAsync(
        StatusTarget target,
        StatusCondition condition,
        int times,
        TimeSpan interval,
        CancellationToken cancellationToken)
    {
        InstanceStatus reading = await ReadAsync(target, cancellationToken).ConfigureAwait(false);
        for (int read = 1; read < times && condition.IsMetBy(reading); read++)
        {
            await time.DelayAsync(interval, cancellationToken).ConfigureAwait(false);
            reading = await ReadAsync(target, cancellationToken).ConfigureAwait(false);
        }

        return reading;
    }

    public void Dispose() => _requests.Dispose();

    private async Task<InstanceStatus> ReadAsync(StatusTarget target, CancellationToken cancellationToken)
    {
        await _requests.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await client.GetAsync(target, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _requests.Release();
        }
    }

    private InstanceStatus Unanswered(StatusTarget target) => new()
    {
        Name = target.Name,
        Uri = target.Uri,
        Member = target.Member,
        CheckedAt = time.GetUtcNow(),
        Fault = new Fault(ErrorId.TimedOut, $"{StatusFaults.Show(target.Uri)} gave no answer before the wait was over.", "Check the host, or pass a larger -TimeoutSec."),
    };
}
