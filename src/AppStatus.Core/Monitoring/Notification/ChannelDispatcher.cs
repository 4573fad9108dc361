using AppStatus.Core.Monitoring.Alerts;

namespace AppStatus.Core.Monitoring.Notification;

/// <summary>
/// Tells one channel, one notification at a time and beside the watch: while one is on its way, what happens is gathered for the next. What
/// failed is tried again, with what has happened since.
/// </summary>
/// <param name="notifier">One that never throws and never hangs.</param>
/// <param name="told">Hears how each notification ended.</param>
internal sealed class ChannelDispatcher(INotifier notifier, TimeSpan repeatInterval, Action<NotificationResult, IReadOnlyList<Alert>> told) : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private AlertGrouper _grouper = new(repeatInterval);
    private DateTimeOffset? _retryAt;
    private Task _sending = Task.CompletedTask;

    /// <summary>Starts telling what is due, if anything is; never waits.</summary>
    /// <param name="latest">The last event of each rule and instance.</param>
    public void Offer(IReadOnlyCollection<Alert> latest, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_sending.IsCompleted || now < _retryAt) return;
            IReadOnlyList<Alert> due = _grouper.Due(latest, now);
            if (due.Count > 0) _sending = SendAsync(due, now);
        }
    }

    /// <summary>Waits for what is on its way, and tells once what is still due; at the token's end it is cut off.</summary>
    public async Task FinishAsync(IReadOnlyCollection<Alert> latest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration cut = cancellationToken.Register(_stop.Cancel);
        await _sending.ConfigureAwait(false);
        if (_stop.IsCancellationRequested) return;
        Offer(latest, now);
        await _sending.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Dispose();
        notifier.Dispose();
    }

    private async Task SendAsync(IReadOnlyList<Alert> due, DateTimeOffset now)
    {
        NotificationResult result = await notifier.SendAsync(AlertNotification.Of(due, now), _stop.Token).ConfigureAwait(false);
        lock (_gate)
        {
            if (result.Delivered) _grouper = _grouper.With(due, now);
            _retryAt = result.Delivered ? null : now + RetryDelay;
        }

        told(result, due);
    }
}
