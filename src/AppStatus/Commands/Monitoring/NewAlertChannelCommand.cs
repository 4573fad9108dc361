using System.Net;
using System.Security;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Monitoring;

/// <summary>Makes a channel by which people are told of alerts: mail, a webhook, or Windows' event log. Nothing is sent.</summary>
[Cmdlet(VerbsCommon.New, "AlertChannel", DefaultParameterSetName = ByMail)]
[OutputType(typeof(AlertChannel))]
public sealed class NewAlertChannelCommand : OperationCmdlet
{
    private const string ByMail = "Smtp", ByWebhook = "Webhook", ByEventLog = "EventLog";

    private readonly Wanted _wanted = new();

    /// <summary>By mail.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByMail)]
    public SwitchParameter Smtp { get; set; }

    /// <summary>By a POST to a web address.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByWebhook)]
    public SwitchParameter Webhook { get; set; }

    /// <summary>In the Application log of this Windows machine.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByEventLog)]
    public SwitchParameter EventLog { get; set; }

    /// <summary>The mail server's name or address.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByMail)]
    [ValidateNotNullOrEmpty]
    public string Server { get; set; } = "";

    /// <summary>The mail server's port, 1–65535; 587 for most that want -UseTls. TLS from the start, as on port 465, is not supported.</summary>
    [Parameter(ParameterSetName = ByMail)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; } = 25;

    /// <summary>The sender's address.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByMail)]
    [ValidateNotNullOrEmpty]
    public string From { get; set; } = "";

    /// <summary>The receivers' addresses.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByMail)]
    [ValidateNotNullOrEmpty]
    public string[] To { get; set; } = [];

    /// <summary>STARTTLS before anything is said; a server that does not offer it, or whose certificate this machine does not trust, gets nothing.</summary>
    [Parameter(ParameterSetName = ByMail)]
    public SwitchParameter UseTls { get; set; }

    /// <summary>User and password for the mail server.</summary>
    [Parameter(ParameterSetName = ByMail)]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>The webhook's whole address, as a text, a URI or a SecureString. It is a secret, and is never shown again.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByWebhook)]
    [ValidateNotNull]
    public object Uri { get; set; } = "";

    /// <summary>What the receiver understands: Json, Teams or Slack.</summary>
    [Parameter(ParameterSetName = ByWebhook)]
    public WebhookFormat Format { get => _wanted.Format; set => _wanted.Format = value; }

    /// <summary>An HTTP proxy for the webhook; without it the receiver is spoken to directly.</summary>
    [Parameter(ParameterSetName = ByWebhook)]
    public Uri? Proxy { get; set; }

    /// <summary>The source of the entries in the event log.</summary>
    [Parameter(ParameterSetName = ByEventLog)]
    [ValidatePattern("^[^\\\\]{1,200}$")]
    public string EventSource { get; set; } = "AppStatus";

    /// <summary>Seconds after which an alert that stays is told again, and before which one that comes and goes is not, 0–86400; 0 for neither.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public int RepeatIntervalSec { get; set; } = 300;

    /// <summary>Seconds for one notification, 1–300.</summary>
    [Parameter]
    [ValidateRange(1, 300)]
    public int TimeoutSec { get; set; } = 15;

    private protected override Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        if (Proxy is { UserInfo.Length: > 0 })
            throw new AppStatusException(ErrorId.PasswordInUri, "The proxy's URI holds a user or a password, which would end up in transcripts.", "Pass it without.");
        AlertChannel channel = ParameterSetName switch
        {
            ByMail => AlertChannel.OfSmtp(SmtpSettings.Of(Server, Port, From, To, UseTls, Credential?.GetNetworkCredential()), RepeatIntervalSec, TimeoutSec),
            ByWebhook => AlertChannel.OfWebhook(Address(), Format, RepeatIntervalSec, TimeoutSec, Proxy),
            _ => AlertChannel.OfEventLog(EventSource, RepeatIntervalSec, TimeoutSec),
        };
        if (channel.Warning is { } warning) output.WriteWarning(warning);
        output.WriteObject(channel);
        return Task.CompletedTask;
    }

    private string Address() => (Uri is PSObject wrapped ? wrapped.BaseObject : Uri) switch
    {
        string text => text,
        Uri uri => uri.OriginalString,
        SecureString secret => new NetworkCredential("", secret).Password,
        var other => throw new AppStatusException(ErrorId.InvalidArgument, $"-Uri is a {other.GetType().Name}.", "Pass a text, a URI or a SecureString, such as Get-Secret gives."),
    };

    // A public type can have no field of Core's enumerations: it must be laid out before Core can be found.
    private sealed class Wanted
    {
        public WebhookFormat Format { get; set; }
    }
}
