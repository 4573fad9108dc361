using System.Globalization;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Status;

/// <summary>What a person types for an instance: <c>host</c>, <c>host:port</c>, <c>[::1]:80</c>, or a URI.</summary>
/// <param name="Host">A name or an address; IPv6 without brackets.</param>
/// <param name="Port">1–65535; null where none was typed.</param>
/// <param name="Uri">The URI, where one was typed.</param>
internal sealed record StatusAddress(string Host, int? Port, Uri? Uri)
{
    /// <summary>
    /// Reads it. What has no <c>://</c> is never taken for a URI: to <see cref="System.Uri"/>, <c>web01:7001</c> has the scheme <c>web01</c>.
    /// </summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidTarget"/> or <see cref="ErrorId.PasswordInUri"/>.</exception>
    public static StatusAddress Parse(string text)
    {
        string typed = text.Trim();
        RefuseUser(typed);
        return typed.IndexOf("://", StringComparison.Ordinal) >= 0 ? OfUri(typed) : OfHost(typed);
    }

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidTarget"/> or <see cref="ErrorId.PasswordInUri"/>.</exception>
    public static StatusAddress Of(Uri uri) => Parse(uri.OriginalString);

    public static Exception Invalid(string text, string why) => text.IndexOf('@') >= 0
        // With a slash or a mark in a password, what comes before it is taken for the host: never repeat such a text.
        ? Secret()
        : new AppStatusException(
            ErrorId.InvalidTarget,
            $"'{SafeText.Of(text, 200)}' names no instance: {why}.",
            "Pass host, host:port, or an http or https URI.",
            target: text);

    private static AppStatusException Secret() => new(
        ErrorId.PasswordInUri,
        "A target holds a user or a password, which would end up in transcripts; it was not used.",
        "Pass the target without it, and -Credential.");

    private static StatusAddress OfUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)) throw Invalid(text, "it is no valid URI");
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) throw Invalid(text, "its scheme is neither http nor https");
        if (uri.Host.Length == 0) throw Invalid(text, "it has no host");
        bool typedPort = !uri.IsDefaultPort || HasPort(uri.OriginalString);
        return new StatusAddress(uri.Host.Trim('[', ']'), typedPort ? uri.Port : null, uri);
    }

    private static StatusAddress OfHost(string text)
    {
        if (text.Length == 0) throw Invalid(text, "it is empty");

        int slash = text.IndexOf('/');
        if (slash >= 0) return OfUri(Scheme(text.Substring(0, slash)) + "://" + text);

        string host = text, port = "";
        if (text[0] == '[')
        {
            int close = text.IndexOf(']');
            if (close < 0) throw Invalid(text, "a bracket is not closed");
            host = text.Substring(1, close - 1);
            string rest = text.Substring(close + 1);
            if (rest.Length > 0 && rest[0] != ':') throw Invalid(text, "only a port may follow the bracket");
            port = rest.Length > 0 ? rest.Substring(1) : "";
            if (rest == ":") throw Invalid(text, "the port is missing");
            if (Uri.CheckHostName(host) != UriHostNameType.IPv6) throw Invalid(text, "what stands in brackets is no IPv6 address");
        }
        else if (text.IndexOf(':') is var colon and >= 0 && colon == text.LastIndexOf(':'))
        {
            host = text.Substring(0, colon);
            port = text.Substring(colon + 1);
            if (port.Length == 0) throw Invalid(text, "the port is missing");
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) throw Invalid(text, "that is no host name or address");
        return new StatusAddress(host, port.Length == 0 ? null : ParsePort(text, port), Uri: null);
    }

    private static int ParsePort(string text, string port) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65535
            ? number
            : throw Invalid(text, "its port is not a number from 1 to 65535");

    private static string Scheme(string authority) => authority.EndsWith(":443", StringComparison.Ordinal) ? "https" : "http";

    private static bool HasPort(string uri)
    {
        string authority = Authority(uri);
        int colon = authority.LastIndexOf(':');
        return colon > authority.LastIndexOf(']') && colon >= 0;
    }

    /// <summary>Looked for in the text itself, before anything could print it; the message must not repeat it.</summary>
    private static void RefuseUser(string text)
    {
        if (Authority(text).IndexOf('@') >= 0) throw Secret();
    }

    private static string Authority(string text)
    {
        int start = text.IndexOf("://", StringComparison.Ordinal);
        string rest = start < 0 ? text : text.Substring(start + 3);
        int end = rest.IndexOfAny(['/', '?', '#', '\\']);
        return end < 0 ? rest : rest.Substring(0, end);
    }
}
