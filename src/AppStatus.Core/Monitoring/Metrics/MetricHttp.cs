using System.Net.Http.Headers;
using System.Text;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>Reads texts over HTTP for the sources: bounded in time and size, no redirect followed, no exception but the caller's cancellation.</summary>
internal sealed class MetricHttp : IDisposable
{
    /// <summary>A windows_exporter with everything switched on serves a few megabytes.</summary>
    private const int BodyLimit = 32 * 1024 * 1024;

    private readonly TimeProvider _time;
    private readonly CertificateErrors _certificates;
    private readonly HttpClient _http;
    private readonly AuthenticationHeaderValue? _authorization;

    public MetricHttp(MetricHttpOptions options, TimeProvider time)
    {
        _time = time;
        _certificates = new CertificateErrors(options.SkipCertificateCheck);
        _http = StatusTransport.Create(new StatusClientOptions { SkipCertificateCheck = options.SkipCertificateCheck, Proxy = options.Proxy, ConnectionsPerServer = options.Parallel }, _certificates);
        if (options.Credential is not { } user) return;
        string name = string.IsNullOrEmpty(user.Domain) ? user.UserName : $"{user.Domain}\\{user.UserName}";
        _authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{user.Password}")));
    }

    /// <param name="isAnswer">Which status codes carry an answer, beside 200.</param>
    public async Task<MetricHttpAnswer> GetAsync(Uri uri, string accept, TimeSpan limit, Func<int, bool> isAnswer, CancellationToken cancellationToken)
    {
        using CancellationTokenSource clock = _time.CreateCancellationTokenSource(limit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            request.Headers.Authorization = _authorization;
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token).ConfigureAwait(false);
            int code = (int)response.StatusCode;
            if (code != 200 && !isAnswer(code)) return new MetricHttpAnswer(code, "", OfStatusCode(response, uri));

            // On .NET Framework, a read of the body heeds no token; disposing of the answer ends it.
            using CancellationTokenRegistration end = stop.Token.Register(static state => ((HttpResponseMessage)state!).Dispose(), response);
            ArraySegment<byte>? body = await StatusTransport.ReadAsync(response.Content, BodyLimit, stop.Token).ConfigureAwait(false);
            return body is { } bytes
                ? new MetricHttpAnswer(code, Encoding.UTF8.GetString(bytes.Array!, bytes.Offset, bytes.Count), Fault: null)
                : new MetricHttpAnswer(code, "", new Fault(ErrorId.InvalidResponse, $"{StatusFaults.Show(uri)} answered more than {BodyLimit / 1024 / 1024} MB, and no more was read.", "Have the exporter serve less."));
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (clock.IsCancellationRequested)
        {
            return new MetricHttpAnswer(0, "", StatusFaults.TimedOut(uri, limit));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            return new MetricHttpAnswer(0, "", StatusFaults.Of(exception, uri, _certificates));
        }
    }

    public void Dispose() => _http.Dispose();

    private static Fault OfStatusCode(HttpResponseMessage response, Uri uri)
    {
        int code = (int)response.StatusCode;
        string where = StatusFaults.Show(uri);
        return code switch
        {
            >= 300 and < 400 => new Fault(
                ErrorId.RedirectRefused,
                $"{where} answered {code} and points to {SafeText.Of(response.Headers.Location?.OriginalString ?? "nowhere", 300)}; redirects are not followed.",
                "Pass the address that it points to, if you trust it."),
            401 => new Fault(ErrorId.AuthenticationFailed, $"{where} answered 401: it does not know this user or password.", "Pass -Credential."),
            403 => new Fault(ErrorId.AccessDenied, $"{where} answered 403: this user may not read it.", "Pass the -Credential of somebody who may."),
            404 => new Fault(
                ErrorId.MetricsEndpointNotFound,
                $"{where} answered 404: there is a server, but no metrics at that path.",
                "Pass -MetricsPath, or by -MetricsPort the port of the exporter: 9100 is node_exporter's, 9182 windows_exporter's."),
            _ => new Fault(ErrorId.HttpError, $"{where} answered {code}.", "Look into its log."),
        };
    }
}

/// <param name="Code">0 where no answer came.</param>
/// <param name="Fault">Null where there is a text.</param>
internal sealed record MetricHttpAnswer(int Code, string Text, Fault? Fault);
