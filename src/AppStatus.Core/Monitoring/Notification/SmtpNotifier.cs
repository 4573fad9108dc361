using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AppStatus.Core.Monitoring.Alerts;

namespace AppStatus.Core.Monitoring.Notification;

/// <summary>
/// Mail, by the framework's own client: plain SMTP or STARTTLS. TLS from the first byte on (port 465) it does not speak. It checks certificates by the
/// machine's own trust, which only a setting of the whole process could change, so nothing here does.
/// </summary>
internal sealed class SmtpNotifier(SmtpSettings settings, string channel) : INotifier
{
    // The client's first steps block: it looks up the server's name.
    public Task<NotificationResult> SendAsync(AlertNotification notification, CancellationToken cancellationToken) =>
        Task.Run(() => DeliverAsync(notification, cancellationToken), cancellationToken);

    public void Dispose()
    {
        // Each mail has a connection of its own.
    }

    private async Task<NotificationResult> DeliverAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient(settings.Server, settings.Port)
        {
            EnableSsl = settings.UseTls,
            DeliveryMethod = SmtpDeliveryMethod.Network,
            UseDefaultCredentials = false,
            Credentials = settings.Credential,
        };
        using MailMessage message = MessageOf(notification);
        // An aborted SendMailAsync still ends; without that, an answer that never comes would keep it for ever.
        using CancellationTokenRegistration stop = cancellationToken.Register(static state => ((SmtpClient)state!).SendAsyncCancel(), client);
        try
        {
            await client.SendMailAsync(message).ConfigureAwait(false);
            return new NotificationResult(channel, Fault: null);
        }
        catch (Exception exception) when (exception is SmtpException or InvalidOperationException or IOException or AuthenticationException)
        {
            (string why, string next) = Explain(exception);
            return NotificationResult.Failed(channel, why, next);
        }
    }

    private MailMessage MessageOf(AlertNotification notification)
    {
        var message = new MailMessage
        {
            From = settings.From,
            Subject = SafeText.Of(notification.Subject, 200),
            SubjectEncoding = Encoding.UTF8,
            Body = SafeText.OfLines(notification.Text).Replace("\n", "\r\n"),
            BodyEncoding = Encoding.UTF8,
            IsBodyHtml = false,
            Priority = notification.Severity == AlertSeverity.Critical ? MailPriority.High : MailPriority.Normal,
        };
        foreach (MailAddress address in settings.To) message.To.Add(address);
        // Nobody's out-of-office shall answer it.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private (string Why, string Next) Explain(Exception exception)
    {
        List<Exception> causes = [];
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException) causes.Add(cause);
        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket)
            return ($"the connection failed ({socket.SocketErrorCode})", "Check the server's name, its port and the firewall.");
        if (causes.Exists(cause => cause is AuthenticationException))
            return ("the server's certificate was refused, or TLS could not be agreed on", "Install the certificate's issuer on this machine, and use the name that the certificate is for.");
        if (exception is SmtpFailedRecipientsException { InnerExceptions.Length: > 0 } several)
            return ($"the server takes no mail for {SafeText.Condensed(string.Join(", ", several.InnerExceptions.Select(one => one.FailedRecipient)), 200)}, and took it for the others", "Check -To.");
        if (exception is SmtpFailedRecipientException one)
            return ($"the server takes no mail for {SafeText.Condensed(one.FailedRecipient, 200)} ({one.StatusCode})", "Check -To, and whether the server wants a -Credential.");
        if (settings.UseTls && exception is SmtpException && exception.Message.IndexOf("secure", StringComparison.OrdinalIgnoreCase) >= 0)
            return ("it offers no STARTTLS, and nothing is sent without", "Use another port, such as 587; port 465 with TLS from the start is not supported.");
        return exception is SmtpException smtp
            ? ($"{smtp.StatusCode}: {SafeText.Condensed(causes[causes.Count - 1].Message, 300).TrimEnd('.')}", "Look into the mail server's log; it may want -UseTls or a -Credential.")
            : (SafeText.Condensed(causes[causes.Count - 1].Message, 300).TrimEnd('.'), "Look into the mail server's log.");
    }
}
