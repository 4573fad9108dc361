using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Notification;

namespace AppStatus.Core.Deployments;

/// <summary>
/// Tells people of a deployment what its journal says. It stands beside the run: a channel that refuses, or hangs, is named,
/// and keeps nothing from happening.
/// </summary>
/// <param name="inner">Hears everything first.</param>
/// <param name="channels">None of them throws.</param>
/// <param name="occasions">What they hear of.</param>
/// <param name="say">Takes a notification that failed, for people.</param>
internal sealed class DeploymentNotifications(
    IDeploymentObserver inner, IReadOnlyList<INotifier> channels, IReadOnlyCollection<DeploymentOccasion> occasions, Action<string> say) : IDeploymentObserver, IDisposable
{
    private readonly object _gate = new();
    private readonly CancellationTokenSource _cut = new();
    private Task _sending = Task.CompletedTask;

    public void OnRecord(JournalRecord record, RunState state)
    {
        inner.OnRecord(record, state);
        if (Notice(record, state) is not { } notice || !occasions.Contains(notice.Occasion)) return;
        string name = $"{state.Plan.Strategy} deployment {state.Id} of {string.Join(" to ", new[] { state.Plan.Release, string.Join(", ", state.Plan.Pools.Select(pool => pool.Pool)) }.Where(part => part.Length > 0))}";
        var notification = AlertNotification.Of($"[{notice.Severity}] {notice.What}: {name}", $"{name}: {notice.Text}", notice.Severity, record.At);
        // In order, so that nobody reads of an end before its cause.
        lock (_gate) _sending = SendAsync(_sending, notification);
    }

    public void OnReport(Lane lane, string text) => inner.OnReport(lane, text);

    /// <summary>Waits for what is on its way.</summary>
    /// <param name="patience">What is not told by then is given up.</param>
    public async Task FinishAsync(TimeSpan patience)
    {
        Task sending;
        lock (_gate) sending = _sending;
        using CancellationTokenSource limit = MachineClock.CreateCancellationTokenSource(patience);
        using CancellationTokenRegistration cut = limit.Token.Register(static source => ((CancellationTokenSource)source!).Cancel(), _cut);
        await sending.ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (INotifier channel in channels) channel.Dispose();
        _cut.Dispose();
    }

    private async Task SendAsync(Task before, AlertNotification notification)
    {
        await before.ConfigureAwait(false);
        NotificationResult[] results = await Task.WhenAll(channels.Select(channel => channel.SendAsync(notification, _cut.Token))).ConfigureAwait(false);
        foreach (NotificationResult result in results)
            if (result.Fault is { } fault) say($"{result.Channel} was not told of '{notification.Subject}': {fault}");
    }

    private static (DeploymentOccasion Occasion, AlertSeverity Severity, string What, string Text)? Notice(JournalRecord record, RunState state) => record.Event switch
    {
        DeploymentStarted => (DeploymentOccasion.Started, AlertSeverity.Info, "Started", $"It has started with {state.Lanes.Count} lanes."),
        DeploymentResumed resumed => (DeploymentOccasion.Started, AlertSeverity.Info, "Resumed", $"{resumed.By} goes on with it."),
        AlertFired alert => (DeploymentOccasion.Alert, AlertSeverity.Critical, $"Alert {alert.Rule}", alert.Message),
        BakeEnded { Failure.Length: > 0 } bake => (DeploymentOccasion.Alert, AlertSeverity.Critical, "Analysis failed", bake.Failure),
        Paused paused => (DeploymentOccasion.Paused, AlertSeverity.Warning, "Paused", $"{paused.Message} Resume-, Undo- or Stop-Deployment {state.Id}."),
        DeploymentEnded { State: DeploymentState.Succeeded or DeploymentState.SucceededWithIssues or DeploymentState.Holding } ended =>
            (DeploymentOccasion.Succeeded, AlertSeverity.Info, $"{ended.State}", $"It ended {ended.State}, after {(record.At - state.Started).TotalSeconds:0} s."),
        // Whoever has waited in vain is told; a pause without patience was told of just now.
        DeploymentEnded { State: DeploymentState.Paused } => state.Pause?.Patience > TimeSpan.Zero
            ? (DeploymentOccasion.Paused, AlertSeverity.Warning, "Ended paused", $"Nobody came. {state.Pause.Message} Resume-, Undo- or Stop-Deployment {state.Id}.")
            : null,
        DeploymentEnded ended => (DeploymentOccasion.Failed, AlertSeverity.Critical, $"{ended.State}", Why(state, ended)),
        _ => null,
    };

    private static string Why(RunState state, DeploymentEnded ended)
    {
        string failed = string.Join(" ", state.Lanes.Where(lane => lane.State == LaneState.Failed).Take(10).Select(lane => $"{lane.Plan.Instance.Name}: {lane.Message}"));
        return $"It ended {ended.State}. {state.Halt?.Message} {failed} Get-Deployment {state.Id} tells the whole.";
    }
}
