namespace AppStatus.Core;

internal static class Delays
{
    /// <summary>
    /// Waits on the provider's clock. Unlike Task.Delay it lets the continuation run on the timer's own thread, so that a
    /// virtual clock drives everything that waits on it in one order, on one thread.
    /// </summary>
    public static async Task DelayAsync(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (delay <= TimeSpan.Zero) return;

        var due = new TaskCompletionSource<bool>();
        using ITimer timer = time.CreateTimer(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(true), due, delay, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration stop = cancellationToken.Register(static state => ((TaskCompletionSource<bool>)state!).TrySetCanceled(), due);
        await due.Task.ConfigureAwait(false);
    }
}
