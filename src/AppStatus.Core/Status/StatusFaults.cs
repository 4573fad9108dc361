using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Status;

/// <summary>What went wrong between us and a status endpoint, said for the person at the prompt.</summary>
internal static class StatusFaults
{
    public static Fault Of(Exception exception, Uri uri, CertificateErrors certificates)
    {
        string where = Show(uri);
        var causes = Causes(exception).ToList();
        if (certificates.Of(uri) is { } why && causes.Exists(cause => cause is AuthenticationException or WebException))
        {
            return new Fault(
                ErrorId.CertificateUntrusted,
                $"The certificate of {where} was refused: {why}.",
                "Install its issuer on this machine, name the host as the certificate does (-HostHeader), or pass -SkipCertificateCheck for this command only.");
        }

        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket) return OfSocket(socket, where);
        if (causes.OfType<WebException>().FirstOrDefault() is { Status: WebExceptionStatus.NameResolutionFailure })
        {
            return new Fault(ErrorId.Unreachable, $"{where} was not reached: the name is not known.", "Check the name.");
        }

        Exception last = causes[causes.Count - 1];
        return causes.Exists(cause => cause is AuthenticationException)
            ? new Fault(ErrorId.ConnectionClosed, $"No TLS connection to {where}: {SafeText.Of(last.Message, 300)}", "Check that this port speaks https, with TLS 1.2 or later.")
            : new Fault(ErrorId.ConnectionClosed, $"The connection to {where} broke: {SafeText.Of(last.Message, 300)}", "Check that this port speaks " + uri.Scheme + ".");
    }

    public static Fault TimedOut(Uri uri, TimeSpan limit) => new(
        ErrorId.TimedOut,
        FormattableString.Invariant($"{Show(uri)} gave no whole answer within {limit.TotalSeconds:0.###} s."),
        "Check the host, or pass a larger -TimeoutSec.");

    /// <summary>For a status code that carries no reading; null when it may carry one.</summary>
    public static Fault? OfStatusCode(HttpResponseMessage response, Uri uri, bool write, string said)
    {
        int code = (int)response.StatusCode;
        string where = Show(uri);
        return code switch
        {
            >= 200 and < 300 => null,
            >= 300 and < 400 => new Fault(
                ErrorId.RedirectRefused,
                $"{where} answered {code} and points to {SafeText.Of(response.Headers.Location?.OriginalString ?? "nowhere", 300)}; redirects are not followed.",
                "Pass the address that it points to, by -StatusUri or -StatusPath, if you trust it."),
            401 => new Fault(ErrorId.AuthenticationFailed, $"{where} answered 401: it does not know this user, password or token.", "Pass -Credential or -Token; of a deployment they are -StatusCredential and -StatusToken."),
            403 => new Fault(ErrorId.AccessDenied, $"{where} answered 403: this user may not {(write ? "set" : "read")} the status.", "Pass the -Credential of an operator; of a deployment it is -StatusCredential."),
            404 => new Fault(ErrorId.StatusEndpointNotFound, $"{where} answered 404: there is a server, but no status endpoint at that path.", "Pass its path by -StatusPath, such as /api/appstatus."),
            _ => new Fault(ErrorId.HttpError, $"{where} answered {code}{(said.Length == 0 ? "" : $": {said}")}.", write ? "The status is unchanged; look into the instance's log." : "Look into the instance's log."),
        };
    }

    public static Fault Invalid(Uri uri, int statusCode, string why) => statusCode is >= 200 and < 300
        ? new Fault(ErrorId.InvalidResponse, $"{Show(uri)} answered {statusCode}, but {why}: this is no status endpoint.", "Check -Port and -StatusPath.")
        : new Fault(ErrorId.HttpError, $"{Show(uri)} answered {statusCode}, and {why}.", "Look into the instance's log.");

    /// <summary>A URI as it may be shown: without a query, which can hold a key.</summary>
    public static string Show(Uri uri) => SafeText.Of(uri.GetLeftPart(UriPartial.Path), 500);

    private static Fault OfSocket(SocketException socket, string where)
    {
        string why = socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "the connection was refused",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the name is not known",
            SocketError.TimedOut => "nothing answered",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no route to it",
            SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "",
            _ => SafeText.Of(socket.Message, 200),
        };
        return why.Length == 0
            ? new Fault(ErrorId.ConnectionClosed, $"The connection to {where} was reset.", "Try again; if it stays so, look into the instance's log.")
            : new Fault(ErrorId.Unreachable, $"{where} was not reached: {why}.", "Check that the instance runs, and its port.");
    }

    private static IEnumerable<Exception> Causes(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException) yield return cause;
    }
}
