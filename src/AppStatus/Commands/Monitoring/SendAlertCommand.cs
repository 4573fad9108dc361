using AppStatus.Core;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Monitoring;

/// <summary>Tells people something by alert channels, at once: alerts that are piped in, all in one notification, or a message of your own.</summary>
[Cmdlet(VerbsCommunications.Send, "Alert", DefaultParameterSetName = ByMessage, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class SendAlertCommand : OperationCmdlet
{
    private const string ByMessage = "Message", ByAlert = "Alert";

    private readonly Wanted _wanted = new();
    private readonly List<Alert> _alerts = [];
    private readonly List<AlertChannel> _chosen = [];

    /// <summary>Where it is told; what New-AlertChannel makes.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public AlertChannel[] Channel { get; set; } = [];

    /// <summary>Alerts of Watch-InstanceMetric.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByAlert)]
    [ValidateNotNull]
    public Alert[] InputObject { get; set; } = [];

    /// <summary>The message's text; several lines are fine.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByMessage)]
    [ValidateNotNullOrEmpty]
    public string Message { get; set; } = "";

    /// <summary>The subject line; default: the message's first line, and of alerts what they say.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Subject { get; set; }

    /// <summary>Info, Warning or Critical; of alerts it is their own.</summary>
    [Parameter(ParameterSetName = ByMessage)]
    public AlertSeverity Severity { get => _wanted.Severity; set => _wanted.Severity = value; }

    protected override void ProcessRecord() => _alerts.AddRange(InputObject);

    private protected override bool Prepare()
    {
        // An empty pipeline has nothing to tell: that is what somebody wants who watches and pipes.
        if (ParameterSetName == ByAlert && _alerts.Count == 0) return false;
        string what = ParameterSetName == ByAlert ? $"tell of {_alerts.Count} alert(s)" : "send the message";
        _chosen.AddRange(Channel.Where(channel => ShouldProcess(SafeText.Of(channel.ToString()), what)));
        return _chosen.Count > 0;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        DateTimeOffset now = MachineClock.UtcNow;
        AlertNotification notification = ParameterSetName == ByAlert
            ? AlertNotification.Of(_alerts, now)
            : AlertNotification.Of(Message.Split('\n')[0], Message, Severity, now);
        if (Subject is not null) notification = notification with { Subject = SafeText.Condensed(Subject, 150) };
        await Task.WhenAll(_chosen.Select(channel => SendAsync(channel, notification, output, cancellationToken))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async Task SendAsync(AlertChannel channel, AlertNotification notification, IPipelineWriter output, CancellationToken cancellationToken)
    {
        using INotifier notifier = channel.CreateNotifier();
        NotificationResult result = await notifier.SendAsync(notification, cancellationToken).ConfigureAwait(false);
        if (result.Fault is { } fault) output.WriteError(fault, channel);
        else output.WriteVerbose($"{channel} took '{notification.Subject}'.");
    }

    // A public type can have no field of Core's enumerations: it must be laid out before Core can be found.
    private sealed class Wanted
    {
        public AlertSeverity Severity { get; set; }
    }
}
