using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Lab.Elb.Query;

/// <summary>AWS Signature Version 4, as the service checks it.</summary>
internal sealed partial class SignatureCheck(string? secretKey, TimeProvider time)
{
    private static readonly TimeSpan AllowedSkew = TimeSpan.FromMinutes(5);

    /// <exception cref="QueryRefusal">There is none, it is too old, or it is another's.</exception>
    public void Check(HttpRequest request, byte[] body)
    {
        var match = Header().Match(request.Headers.Authorization.ToString());
        if (!match.Success)
        {
            throw new QueryRefusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
        }

        var stamp = request.Headers["x-amz-date"].ToString();
        if (!DateTimeOffset.TryParseExact(stamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt)
            || (time.GetUtcNow() - signedAt).Duration() > AllowedSkew)
        {
            throw new QueryRefusal(403, "SignatureDoesNotMatch", $"Signature expired: {stamp} is now earlier than {time.GetUtcNow() - AllowedSkew:yyyyMMddTHHmmssZ}.");
        }

        if (secretKey is not null && match.Groups["signature"].Value != Expected(request, body, match, stamp))
        {
            throw new QueryRefusal(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.");
        }
    }

    private string Expected(HttpRequest request, byte[] body, Match match, string stamp)
    {
        var names = match.Groups["headers"].Value;
        var headers = string.Concat(names.Split(';').Select(name => $"{name}:{(name == "host" ? request.Host.Value ?? "" : request.Headers[name].ToString()).Trim()}\n"));
        var canonical = $"{request.Method}\n{request.Path}\n{request.QueryString.Value?.TrimStart('?')}\n{headers}\n{names}\n{Hex(SHA256.HashData(body))}";
        var scope = match.Groups["scope"].Value;
        var toSign = $"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secretKey), (left, part) => HMACSHA256.HashData(left, Encoding.UTF8.GetBytes(part)));
        return Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    [GeneratedRegex(@"^AWS4-HMAC-SHA256 Credential=[^/]+/(?<scope>\d{8}/[^/]+/(elasticloadbalancing|ec2)/aws4_request),\s*SignedHeaders=(?<headers>[^,]+),\s*Signature=(?<signature>[0-9a-f]{64})$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Header();
}
