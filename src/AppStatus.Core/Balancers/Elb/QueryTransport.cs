using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>One session's own HTTP. It signs, sends once, and tells failures of the network apart.</summary>
internal sealed class QueryTransport(ElbCredentials credentials, ElbConnectOptions options, TimeProvider time)
{
    private const string ContentType = "application/x-www-form-urlencoded; charset=utf-8";
    private const int MaxConnections = 16;
    private const long MaxBodyBytes = 64L * 1024 * 1024;
    private readonly HttpClient _http = Create(options);

    /// <exception cref="AppStatusException">Unreachable, TimedOut, ConnectionClosed, CertificateUntrusted; AuthenticationFailed without credentials.</exception>
    public async Task<QueryAnswer> SendAsync(Uri endpoint, RequestSigner signer, string action, byte[] body, CancellationToken cancellationToken)
    {
        Amazon.Runtime.ImmutableCredentials keys = await credentials.GetAsync(cancellationToken).ConfigureAwait(false);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["host"] = HostHeader(endpoint), ["content-type"] = ContentType };

        using CancellationTokenSource limit = time.CreateCancellationTokenSource(options.Timeout);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        request.Headers.Host = headers["host"];
        foreach (KeyValuePair<string, string> header in signer.Sign("POST", headers, body, keys, time.GetUtcNow()))
        {
            if (!headers.ContainsKey(header.Key)) request.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, stop.Token).ConfigureAwait(false);
            return new QueryAnswer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false), action);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppStatusException(ErrorId.TimedOut,
                $"{endpoint.Authority} did not answer {action} within {options.Timeout.TotalSeconds:0.#} s. Whether a change took effect is not known.",
                "Read the state again; connect with a longer -TimeoutSec if the way is slow.", endpoint.Authority, e);
        }
        catch (HttpRequestException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Translate(e, endpoint.Authority);
        }
    }

    private static HttpClient Create(ElbConnectOptions options)
    {
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = MaxConnections,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
#pragma warning disable CA5397, CA5398
            // .NET Framework's own choice may be too old for AWS.
            SslProtocols = RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal) ? SslProtocols.Tls12 : SslProtocols.None,
#pragma warning restore CA5397, CA5398
        };
        if (options.Proxy is { } proxy) handler.Proxy = new WebProxy(proxy);
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxBodyBytes };
    }

    private static string HostHeader(Uri endpoint) => endpoint.IsDefaultPort ? endpoint.Host : endpoint.Authority;

    private static AppStatusException Translate(HttpRequestException e, string host)
    {
        bool handshake = false;
        Exception cause = e;
        while (cause.InnerException is { } inner)
        {
            cause = inner;
            handshake |= cause is AuthenticationException;
        }

        string detail = SafeText.Condensed(cause.Message).TrimEnd('.');
        if (handshake)
        {
            return new AppStatusException(ErrorId.CertificateUntrusted, $"No trusted TLS connection to {host}: {detail}. Nothing was sent.",
                "Put the issuer of its certificate (a proxy's, perhaps) into the machine's trusted root certificates.", host, e);
        }

        bool connected = cause is IOException
            || cause is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown }
            || cause.GetType().Name == "HttpIOException"
            || cause is WebException { Status: WebExceptionStatus.ConnectionClosed or WebExceptionStatus.KeepAliveFailure or WebExceptionStatus.ReceiveFailure };
        return connected
            ? new AppStatusException(ErrorId.ConnectionClosed, $"{host} closed the connection before it had answered: {detail}. Whether a change took effect is not known.", "Read the state again.", host, e)
            : new AppStatusException(ErrorId.Unreachable, $"Nothing answers at {host}: {detail}.", "Check the region, the network and the proxy (-Proxy).", host, e);
    }
}
