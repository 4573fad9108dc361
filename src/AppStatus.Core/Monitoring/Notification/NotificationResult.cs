using AppStatus.Core.Errors;

namespace AppStatus.Core.Monitoring.Notification;

/// <summary>Whether a notification was taken.</summary>
/// <param name="Channel">As it may be shown.</param>
/// <param name="Fault">Why it was not; null where it was.</param>
internal sealed record NotificationResult(string Channel, Fault? Fault)
{
    public bool Delivered => Fault is null;

    public static NotificationResult Failed(string channel, string why, string nextStep = "") =>
        new(channel, new Fault(ErrorId.NotificationFailed, $"{channel} was not told: {why}.", nextStep));
}
