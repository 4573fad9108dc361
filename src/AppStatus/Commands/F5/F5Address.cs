using System.Net;
using System.Net.Sockets;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.F5;

/// <summary>What people type for a BIG-IP: a name, name:port, an address, or a whole URI.</summary>
internal static class F5Address
{
    /// <param name="text">As it was typed.</param>
    /// <param name="port">Replaces the text's own; null to keep that, else 443.</param>
    /// <exception cref="AppStatusException">PasswordInUri or InvalidArgument; never with the text of a password.</exception>
    public static Uri Parse(string text, int? port)
    {
        string typed = text.Trim();
        if (typed.IndexOf('@') >= 0)
        {
            throw new AppStatusException(ErrorId.PasswordInUri, "The address of the BIG-IP has a user or a password in it, which would end up in transcripts. Nothing was sent.",
                "Pass the address alone, and -Credential.");
        }

        if (IPAddress.TryParse(typed, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6) typed = $"[{address}]";
        string whole = typed.IndexOf("://", StringComparison.Ordinal) < 0 ? $"https://{typed}" : typed;
        if (!Uri.TryCreate(whole, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0 || uri.Scheme is not ("https" or "http"))
        {
            throw new AppStatusException(ErrorId.InvalidArgument, $"'{Core.SafeText.Of(typed, 100)}' is no address of a BIG-IP. Nothing was sent.",
                "Write a name, name:port, or a URI such as https://bigip01.example:8443.");
        }

        return port is { } other ? new UriBuilder(uri) { Port = other }.Uri : uri;
    }
}
