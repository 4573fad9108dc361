using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Auth;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>AWS Signature Version 4 of requests to a service's root. The canonical request is ours, the signature the SDK's.</summary>
internal sealed class RequestSigner(string region, string service)
{
    /// <summary>Adds what a signed request carries: the date, a session's token, and <c>Authorization</c>.</summary>
    /// <param name="method">In capitals.</param>
    /// <param name="headers">All that will be sent and is signed, <c>host</c> among them; names in small letters.</param>
    /// <param name="body">As it is sent.</param>
    /// <param name="credentials">Whose signature it is.</param>
    /// <param name="now">The time of signing; AWS takes no more than 5 minutes' difference.</param>
    public IReadOnlyDictionary<string, string> Sign(
        string method, IReadOnlyDictionary<string, string> headers, byte[] body, ImmutableCredentials credentials, DateTimeOffset now)
    {
        var signed = new SortedDictionary<string, string>(headers.ToDictionary(pair => pair.Key, pair => pair.Value), StringComparer.Ordinal)
        {
            ["x-amz-date"] = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        };
        if (credentials.UseToken) signed["x-amz-security-token"] = credentials.Token;

        var canonical = new StringBuilder(method).Append("\n/\n\n");
        foreach (KeyValuePair<string, string> header in signed) canonical.Append(header.Key).Append(':').Append(header.Value.Trim()).Append('\n');
        string names = string.Join(";", signed.Keys);
        canonical.Append('\n').Append(names).Append('\n').Append(Hash(body));

        AWS4SigningResult result = AWS4Signer.ComputeSignature(credentials.AccessKey, credentials.SecretKey, region, now.UtcDateTime, service, names, canonical.ToString());
        signed["authorization"] = result.ForAuthorizationHeader;
        return signed;
    }

    private static string Hash(byte[] body)
    {
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(body).Select(one => one.ToString("x2", CultureInfo.InvariantCulture)));
    }
}
