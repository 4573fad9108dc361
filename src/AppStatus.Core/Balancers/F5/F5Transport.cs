using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>One session's own HTTP: its connections, its certificate check, its time limit. It knows no tokens' meaning and tries nothing twice.</summary>
internal sealed class F5Transport : IDisposable
{
    private const int MaxConnections = 16;
    private const long MaxBodyBytes = 256L * 1024 * 1024;
    private readonly HttpClient _http;
    private readonly string _root;
    private readonly F5ConnectOptions _options;
    private readonly TimeProvider _time;
    private volatile string? _certificateFault;

    public F5Transport(F5ConnectOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        var handler = new HttpClientHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
            // .NET Framework would take two.
            MaxConnectionsPerServer = MaxConnections,
            SslProtocols = Protocols,
            // It only writes down what the system's own check says, unless the user has switched that off for this session.
#pragma warning disable MA0039
            ServerCertificateCustomValidationCallback = (_, certificate, _, errors) => Accept(certificate, errors),
#pragma warning restore MA0039
        };
        if (options.Proxy is { } proxy) handler.Proxy = new WebProxy(proxy);
        _root = options.Uri.GetLeftPart(UriPartial.Authority);
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxBodyBytes };
    }

    /// <param name="method">GET, POST, PATCH or DELETE.</param>
    /// <param name="path">From the root, with its query; names in it are encoded.</param>
    /// <param name="json">The body; null for none.</param>
    /// <param name="token">Goes into <c>X-F5-Auth-Token</c>; null for the login.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <param name="transaction">The transaction that the request waits in; null to have it carried out now.</param>
    /// <exception cref="AppStatusException">Unreachable, TimedOut, ConnectionClosed or CertificateUntrusted.</exception>
    public async Task<F5Response> SendAsync(HttpMethod method, string path, string? json, string? token, CancellationToken cancellationToken, string? transaction = null)
    {
        using CancellationTokenSource limit = _time.CreateCancellationTokenSource(_options.Timeout);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        // A path alone would be taken for a file's on Unix.
        using var request = new HttpRequestMessage(method, new Uri(_root + path, UriKind.Absolute));
        // The token stands in its own URL, and errors are shown.
        string shown = $"{method} {(token is null ? path : path.Replace(token, "…"))}";
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (token is not null) request.Headers.Add("X-F5-Auth-Token", token);
        if (transaction is not null) request.Headers.Add("X-F5-REST-Coordination-Id", transaction);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, stop.Token).ConfigureAwait(false);
            byte[] body = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            return new F5Response((int)response.StatusCode, body, shown);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppStatusException(ErrorId.TimedOut,
                $"{Host} did not answer '{shown}' within {_options.Timeout.TotalSeconds:0.#} s. Whether a change took effect is not known.",
                "Read the state again; connect with a longer -TimeoutSec if the unit is slow.", Host, e);
        }
        catch (HttpRequestException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Translate(e);
        }
    }

    public string Host => _options.Uri.Authority;

    public void Dispose() => _http.Dispose();

    /// <summary>What the system offers, but for .NET Framework, whose own choice can be older than any BIG-IP accepts.</summary>
#pragma warning disable CA5397, CA5398
    private static SslProtocols Protocols =>
        RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal) ? SslProtocols.Tls12 : SslProtocols.None;
#pragma warning restore CA5397, CA5398

    private bool Accept(X509Certificate2? certificate, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || _options.SkipCertificateCheck) return true;
        _certificateFault = $"{errors}; subject '{SafeText.Condensed(certificate?.Subject)}', issuer '{SafeText.Condensed(certificate?.Issuer)}', thumbprint {certificate?.Thumbprint}";
        return false;
    }

    private AppStatusException Translate(HttpRequestException e)
    {
        if (_certificateFault is { } fault)
        {
            _certificateFault = null;
            return new AppStatusException(ErrorId.CertificateUntrusted, $"The certificate of {Host} is not trusted: {fault}. Nothing was sent.",
                "Put its issuer's certificate into the machine's trusted root certificates and connect by the name in the certificate, or connect with -SkipCertificateCheck if you know the device.", Host, e);
        }

        bool handshake = false;
        Exception cause = e;
        while (cause.InnerException is { } inner)
        {
            cause = inner;
            handshake |= cause is AuthenticationException;
        }

        string detail = SafeText.Condensed(cause.Message);
        if (handshake)
        {
            return new AppStatusException(ErrorId.ConnectionClosed, $"No TLS connection to {Host}: {detail}. Nothing was sent.",
                "Check that this port is the management interface's, and that it speaks TLS 1.2 or later.", Host, e);
        }

        // Before a connection stands, nothing can have taken effect.
        bool connected = cause is IOException or EndOfStreamException
            || (cause is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.ConnectionReset or System.Net.Sockets.SocketError.ConnectionAborted or System.Net.Sockets.SocketError.Shutdown })
            || cause.GetType().Name == "HttpIOException"
            || cause is WebException { Status: WebExceptionStatus.ConnectionClosed or WebExceptionStatus.KeepAliveFailure or WebExceptionStatus.ReceiveFailure or WebExceptionStatus.PipelineFailure };
        return connected
            ? new AppStatusException(ErrorId.ConnectionClosed, $"{Host} closed the connection before it had answered: {detail}. Whether a change took effect is not known.",
                "Read the state again, and look whether the unit restarts.", Host, e)
            : new AppStatusException(ErrorId.Unreachable, $"Nothing answers at {Host}: {detail}.", "Check the name, the port and the firewall, and that the management interface is up.", Host, e);
    }
}
