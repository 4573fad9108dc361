using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AppStatus.Core.Status;

/// <summary>
/// Judges the certificates of one client, and remembers why it refused one: the exception that comes out of a failed
/// handshake says so only in the machine's language.
/// </summary>
internal sealed class CertificateErrors(bool skip)
{
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.OrdinalIgnoreCase);

    public bool Judge(HttpRequestMessage request, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || skip) return true;
        _refused[request.RequestUri!.Authority] = Describe(certificate, chain, errors);
        return false;
    }

    /// <summary>Why this server's certificate was refused; null when it was not.</summary>
    public string? Of(Uri uri) => _refused.TryGetValue(uri.Authority, out string? why) ? why : null;

    private static string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return "it sent none";
        var why = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) why.Add($"it is for another name ({SafeText.Of(certificate.Subject, 200)})");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            IEnumerable<string> states = chain is null ? [] : chain.ChainStatus.Select(status => status.Status.ToString()).Distinct(StringComparer.Ordinal);
            why.Add("its chain is not trusted: " + string.Join(", ", states.DefaultIfEmpty("no chain")));
        }

        return string.Join("; ", why);
    }
}
