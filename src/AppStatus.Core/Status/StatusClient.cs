using System.Net.Http.Headers;
using System.Text;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Status;

/// <summary>
/// Speaks to status endpoints over HTTP. It follows no redirect, keeps no cookie, and bounds each answer in time, size
/// and depth: an instance that misbehaves is one fault, never a hang.
/// </summary>
internal sealed class StatusClient : IStatusClient, IDisposable
{
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");
    private static readonly MediaTypeWithQualityHeaderValue PlainText = new("text/plain", 0.5);

    private readonly StatusClientOptions _options;
    private readonly TimeProvider _time;
    private readonly CertificateErrors _certificates;
    private readonly HttpClient _http;
    private readonly AuthenticationHeaderValue? _authorization;

    public StatusClient(StatusClientOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _certificates = new CertificateErrors(options.SkipCertificateCheck);
        _authorization = Authorization(options);
        _http = StatusTransport.Create(options, _certificates);
    }

    /// <summary>On the machine's clock.</summary>
    public StatusClient(StatusClientOptions options)
        : this(options, TimeProvider.System)
    {
    }

    public Task<InstanceStatus> GetAsync(StatusTarget target, CancellationToken cancellationToken) =>
        SendAsync(target, status: null, cancellationToken);

    public async Task<InstanceStatus> SetAsync(StatusTarget target, AppStatusValue status, CancellationToken cancellationToken)
    {
        string asked = status.ToWire();
        InstanceStatus answer = await SendAsync(target, asked, cancellationToken).ConfigureAwait(false);
        // Some servers confirm with an empty body: then what they say when asked is the confirmation.
        if (answer.Fault is { Id: ErrorId.InvalidResponse } && answer.StatusCode == 204)
        {
            answer = await GetAsync(target, cancellationToken).ConfigureAwait(false);
        }

        if (answer.Fault is not null || answer.Status == status) return answer;
        return answer with
        {
            Fault = new Fault(
                ErrorId.StatusNotAccepted,
                $"{StatusFaults.Show(target.Uri)} was set to '{asked}' and answered '{answer.RawStatus}', which it has now.",
                "An instance that does not know a status takes another one in silence: check its configuration, then set it again."),
        };
    }

    public void Dispose() => _http.Dispose();

    private async Task<InstanceStatus> SendAsync(StatusTarget target, string? status, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = new InstanceStatus { Name = target.Name, Uri = target.Uri, Member = target.Member, CheckedAt = _time.GetUtcNow() };
        long started = _time.GetTimestamp();
        using CancellationTokenSource clock = _time.CreateCancellationTokenSource(_options.RequestTimeout);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            using HttpRequestMessage request = Request(target, status);
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            reading = await ReadAsync(response, reading, write: status is not null, limit.Token).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (limit.IsCancellationRequested)
        {
            reading = reading with { Fault = StatusFaults.TimedOut(target.Uri, _options.RequestTimeout) };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            reading = reading with { Fault = StatusFaults.Of(exception, target.Uri, _certificates) };
        }

        return reading with { LatencyMs = _time.GetElapsedTime(started).TotalMilliseconds };
    }

    private HttpRequestMessage Request(StatusTarget target, string? status)
    {
        var request = new HttpRequestMessage(status is null ? HttpMethod.Get : HttpMethod.Post, target.Uri);
        request.Headers.Accept.Add(Json);
        request.Headers.Accept.Add(PlainText);
        request.Headers.Authorization = _authorization;
        // .NET takes the SNI name, and the name that the certificate must have, from this header, too.
        if (target.HostHeader is not null) request.Headers.Host = target.HostHeader;
        if (status is not null)
        {
            request.Headers.ExpectContinue = false;
            request.Content = new StringContent($$"""{"status":"{{status}}"}""", Encoding.UTF8, "application/json");
        }

        return request;
    }

    private async Task<InstanceStatus> ReadAsync(HttpResponseMessage response, InstanceStatus reading, bool write, CancellationToken cancellationToken)
    {
        int code = (int)response.StatusCode;
        reading = reading with { StatusCode = code };
        bool mayHoldReading = code is >= 200 and < 300 or 503;
        if (!mayHoldReading && code != 400) return reading with { Fault = StatusFaults.OfStatusCode(response, reading.Uri, write, "") };

        // On .NET Framework, a read of the body heeds no token; disposing of the answer ends it.
        using CancellationTokenRegistration stop = cancellationToken.Register(static state => ((HttpResponseMessage)state!).Dispose(), response);
        ArraySegment<byte>? body = await StatusTransport.ReadAsync(response.Content, _options.BodyLimit, cancellationToken).ConfigureAwait(false);
        if (body is null)
        {
            return reading with { Fault = StatusFaults.Invalid(reading.Uri, code, $"the body is longer than {_options.BodyLimit} bytes") };
        }

        if (!mayHoldReading)
        {
            return reading with { Fault = StatusFaults.OfStatusCode(response, reading.Uri, write, StatusRefusal.Read(body.Value)) };
        }

        string? unreadable = StatusBody.TryRead(body.Value, out StatusBody? said);
        string? charset = response.Content.Headers.ContentType?.CharSet?.Trim('"');
        if (unreadable is not null && charset is not (null or "") && !charset.StartsWith("utf-8", StringComparison.OrdinalIgnoreCase))
            unreadable += $" (it is declared as {SafeText.Of(charset, 40)}, and only UTF-8 is read)";
        if (response.Content.Headers.ContentEncoding.FirstOrDefault() is { } encoding && unreadable is not null)
            unreadable = $"the body is compressed as '{SafeText.Of(encoding, 40)}', which is not read";
        if (unreadable is not null) return reading with { Fault = StatusFaults.Invalid(reading.Uri, code, unreadable) };
        return reading with { Status = said!.Status, RawStatus = said.RawStatus, Version = said.Version, HostName = said.HostName, AppId = said.AppId };
    }

    private static AuthenticationHeaderValue? Authorization(StatusClientOptions options)
    {
        if (options.Credential is { } user)
        {
            string name = string.IsNullOrEmpty(user.Domain) ? user.UserName : $"{user.Domain}\\{user.UserName}";
            return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{user.Password}")));
        }

        return options.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
    }
}
