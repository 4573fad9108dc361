using System.Net;
using System.Net.Mail;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Monitoring.Notification;

/// <summary>How mail is sent.</summary>
internal sealed record SmtpSettings(string Server, int Port, MailAddress From, IReadOnlyList<MailAddress> To)
{
    /// <summary>STARTTLS before anything is said; a server that does not offer it gets nothing.</summary>
    public bool UseTls { get; init; }

    public NetworkCredential? Credential { get; init; }

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static SmtpSettings Of(string server, int port, string from, IReadOnlyList<string> to, bool useTls, NetworkCredential? credential)
    {
        if (Uri.CheckHostName(server.Trim('[', ']')) == UriHostNameType.Unknown)
            throw new AppStatusException(ErrorId.InvalidArgument, $"'{SafeText.Of(server, 100)}' is no name of a mail server.", "Pass a host or an address by -Server, and the port by -Port.");
        return new SmtpSettings(server, port, Address(from, "From"), [.. to.Select(address => Address(address, "To"))]) { UseTls = useTls, Credential = credential };
    }

    /// <summary>A record prints its members; this one has a secret.</summary>
    public override string ToString() => nameof(SmtpSettings);

    private static MailAddress Address(string text, string parameter)
    {
        try
        {
            return new MailAddress(text);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new AppStatusException(ErrorId.InvalidArgument, $"'{SafeText.Of(text, 100)}' is no mail address.", $"Correct -{parameter}; several addresses are separate values.");
        }
    }
}
