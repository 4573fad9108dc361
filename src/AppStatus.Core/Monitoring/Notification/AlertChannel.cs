using System.Net;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Monitoring.Notification;

/// <summary>
/// Where alerts are told. What it needs in secret (a password, a webhook's address) is kept within: none of its properties has it,
/// so neither a format nor a serializer shows it.
/// </summary>
public sealed class AlertChannel
{
    private AlertChannel(AlertChannelKind kind, string destination)
    {
        Kind = kind;
        Destination = destination;
    }

    public AlertChannelKind Kind { get; }

    /// <summary>Server and port of mail; scheme and host of a webhook, never its path; the name of an event log.</summary>
    public string Destination { get; }

    /// <summary>Of mail; else empty.</summary>
    public string From { get; private set; } = "";

    /// <summary>Of mail; else none.</summary>
    public IReadOnlyList<string> To { get; private set; } = [];

    /// <summary>Of mail: STARTTLS, without which nothing is sent.</summary>
    public bool UseTls { get; private set; }

    /// <summary>Of a webhook.</summary>
    public WebhookFormat Format { get; private set; }

    /// <summary>Seconds after which an alert that stays is told again, and before which one that comes and goes is not; 0 for neither.</summary>
    public int RepeatIntervalSec { get; private set; }

    /// <summary>Seconds for one notification, tries included.</summary>
    public int TimeoutSec { get; private set; } = 15;

    internal SmtpSettings? Smtp { get; private set; }

    internal Uri? WebhookUri { get; private set; }

    internal Uri? Proxy { get; private set; }

    internal string EventSource { get; private set; } = "";

    internal TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSec);

    public override string ToString() => $"{Kind} {Destination}";

    internal static AlertChannel OfSmtp(SmtpSettings settings, int repeatIntervalSec, int timeoutSec) => new(AlertChannelKind.Smtp, FormattableString.Invariant($"{settings.Server}:{settings.Port}"))
    {
        From = settings.From.ToString(),
        To = [.. settings.To.Select(address => address.ToString())],
        UseTls = settings.UseTls,
        Smtp = settings,
        RepeatIntervalSec = repeatIntervalSec,
        TimeoutSec = timeoutSec,
    };

    /// <param name="address">A secret as a whole: whoever has it can write to the channel.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/> or <see cref="ErrorId.PasswordInUri"/>; its message has no part of the address but the host.</exception>
    internal static AlertChannel OfWebhook(string address, WebhookFormat format, int repeatIntervalSec, int timeoutSec, Uri? proxy = null)
    {
        if (!Uri.TryCreate(address.Trim(), UriKind.Absolute, out Uri? uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) || uri.Host.Length == 0)
            throw new AppStatusException(ErrorId.InvalidArgument, "The webhook's address is no http or https URI. It is not shown, since it may be a secret.", "Pass it whole, as the receiver's page gives it.");
        if (uri.UserInfo.Length > 0)
            throw new AppStatusException(ErrorId.PasswordInUri, $"The webhook's address at {uri.Host} holds a user or a password; it was not used.", "Pass it without.");
        return new AlertChannel(AlertChannelKind.Webhook, $"{uri.Scheme}://{uri.Authority}") { WebhookUri = uri, Proxy = proxy, Format = format, RepeatIntervalSec = repeatIntervalSec, TimeoutSec = timeoutSec };
    }

    /// <exception cref="AppStatusException"><see cref="ErrorId.NotSupported"/>: not on Windows.</exception>
    internal static AlertChannel OfEventLog(string source, int repeatIntervalSec, int timeoutSec)
    {
        EventLogNotifier.Require();
        return new AlertChannel(AlertChannelKind.EventLog, $"Application/{source}") { EventSource = source, RepeatIntervalSec = repeatIntervalSec, TimeoutSec = timeoutSec };
    }

    /// <summary>One that neither throws nor hangs.</summary>
    internal INotifier CreateNotifier(TimeProvider time) => new GuardedNotifier(
        Kind switch
        {
            AlertChannelKind.Smtp => new SmtpNotifier(Smtp!, ToString()),
            AlertChannelKind.Webhook => new WebhookNotifier(WebhookUri!, Proxy, Format, ToString(), time),
            _ => new EventLogNotifier(EventSource, ToString()),
        },
        ToString(),
        Timeout,
        time);

    /// <summary>On the machine's clock.</summary>
    internal INotifier CreateNotifier() => CreateNotifier(TimeProvider.System);

    /// <summary>What its user must be told once; null for nothing.</summary>
    internal string? Warning => this switch
    {
        { Smtp: { Credential: not null, UseTls: false } smtp } when !IsLoopback(smtp.Server) => $"The password goes to {Destination} in clear text. Pass -UseTls where the server can.",
        { WebhookUri: { } uri } when uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback => $"The webhook's address and the alerts go to {Destination} in clear text. Use https where it can.",
        _ => null,
    };

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
}
