using AppStatus.Core.Monitoring.Notification;

namespace AppStatus.Core.Tests.Monitoring;

/// <summary>Takes notifications as a test has it: at once, later, never, or with an exception.</summary>
internal sealed class RecordingNotifier : INotifier
{
    public List<AlertNotification> Sent { get; } = [];

    public Func<int, CancellationToken, Task<NotificationResult>> Answer { get; set; } = static (_, _) => Task.FromResult(new NotificationResult("test", null));

    public bool Disposed { get; private set; }

    public Task<NotificationResult> SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        Sent.Add(notification);
        return Answer(Sent.Count, cancellationToken);
    }

    public void Dispose() => Disposed = true;
}
