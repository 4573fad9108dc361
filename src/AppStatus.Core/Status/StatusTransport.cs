using System.Net;
using System.Runtime.InteropServices;
using System.Security.Authentication;

namespace AppStatus.Core.Status;

/// <summary>Makes the HTTP stack of a status client. All its settings are its own; nothing of the process is changed.</summary>
internal static class StatusTransport
{
    // Not in the enumeration of .NET Standard 2.0.
    private const SslProtocols Tls13 = (SslProtocols)0x3000;

    public static HttpClient Create(StatusClientOptions options, CertificateErrors certificates)
    {
#pragma warning disable CA5397, MA0039 // The analyzer takes the number of TLS 1.3 for an old protocol; the callback is stricter than none unless the user asked otherwise.
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseDefaultCredentials = false,
            MaxConnectionsPerServer = options.ConnectionsPerServer,
            SslProtocols = RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal)
                ? SslProtocols.Tls12
                : SslProtocols.Tls12 | Tls13,
            ServerCertificateCustomValidationCallback = certificates.Judge,
            UseProxy = options.Proxy is not null,
            // Some servers compress without being asked. The limit of a body holds for what comes out.
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
        };
#pragma warning restore CA5397, MA0039
        if (options.Proxy is not null) handler.Proxy = new WebProxy(options.Proxy);

        // Each request has its own limit, on the clock that the client was given.
        return new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Reads a body up to a limit; null when it is longer.</summary>
    public static async Task<ArraySegment<byte>?> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > limit) return null;
        using Stream stream = await content.ReadAsStreamAsync().ConfigureAwait(false);
        byte[] buffer = new byte[Math.Min(limit + 1, (int)(content.Headers.ContentLength ?? 1024) + 1)];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer, length, buffer.Length - length, cancellationToken).ConfigureAwait(false);
            if (read == 0) return new ArraySegment<byte>(buffer, 0, length);
            length += read;
            if (length > limit) return null;
            if (length == buffer.Length) Array.Resize(ref buffer, Math.Min(limit + 1, buffer.Length * 4));
        }
    }
}
