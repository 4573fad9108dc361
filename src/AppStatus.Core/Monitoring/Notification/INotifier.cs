namespace AppStatus.Core.Monitoring.Notification;

/// <summary>Tells people. What fails comes back as a result with its reason, which names no secret.</summary>
internal interface INotifier : IDisposable
{
    /// <summary>Returns its task at once, whatever the sending waits for. Ends soon after the token is cancelled; <see cref="GuardedNotifier"/> holds it to that.</summary>
    Task<NotificationResult> SendAsync(AlertNotification notification, CancellationToken cancellationToken);
}
