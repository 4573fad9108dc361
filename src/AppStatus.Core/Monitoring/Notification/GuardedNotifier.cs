namespace AppStatus.Core.Monitoring.Notification;

/// <summary>Holds any notifier to the promise that a watcher lives by: a result, within the time limit, and never an exception.</summary>
internal sealed class GuardedNotifier(INotifier notifier, string channel, TimeSpan limit, TimeProvider time) : INotifier
{
    public async Task<NotificationResult> SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<NotificationResult>? sending = null;
        try
        {
            sending = notifier.SendAsync(notification, stop.Token);
            using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task first = await Task.WhenAny(sending, time.DelayAsync(limit, done.Token)).ConfigureAwait(false);
            done.Cancel();
            if (first != sending && cancellationToken.IsCancellationRequested) return NotificationResult.Failed(channel, "it was stopped before the channel had taken it");
            if (first == sending) return await sending.ConfigureAwait(false);
            return NotificationResult.Failed(channel, FormattableString.Invariant($"it took longer than {limit.TotalSeconds:0.#} s, and whether it was told is not known"), "Look at the server, or pass a larger -TimeoutSec.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return NotificationResult.Failed(channel, "it was stopped before the channel had taken it");
        }
        catch (Exception exception)
        {
            // Of an exception that nobody expected only the kind is told: its message may have the address in it.
            return NotificationResult.Failed(channel, $"{exception.GetType().Name} came out of it");
        }
        finally
        {
            stop.Cancel();
            // What is left behind has been told to end; its exception is seen, so that it ends nothing else.
            _ = sending?.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    public void Dispose() => notifier.Dispose();
}
