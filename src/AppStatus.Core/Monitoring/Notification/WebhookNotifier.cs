using System.Net.Sockets;
using System.Text;
using AppStatus.Core.Status;
using Polly;
using Polly.Retry;

namespace AppStatus.Core.Monitoring.Notification;

/// <summary>
/// One POST to an address that is a secret: only its host is ever told. It is tried again only where the receiver can't have taken it: no
/// connection was made, or it said that it has too much to do (429, 503).
/// </summary>
internal sealed class WebhookNotifier : INotifier
{
    private const int Retries = 2;
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1), LongestDelay = TimeSpan.FromSeconds(5);

    private readonly Uri _uri;
    private readonly WebhookFormat _format;
    private readonly string _channel;
    private readonly CertificateErrors _certificates = new(skip: false);
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<Attempt> _retry;

    public WebhookNotifier(Uri uri, Uri? proxy, WebhookFormat format, string channel, TimeProvider time)
    {
        _uri = uri;
        _format = format;
        _channel = channel;
        _http = StatusTransport.Create(new StatusClientOptions { Proxy = proxy }, _certificates);
        _retry = new ResiliencePipelineBuilder<Attempt> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<Attempt>
            {
                MaxRetryAttempts = Retries,
                Delay = Delay,
                BackoffType = DelayBackoffType.Exponential,
                ShouldHandle = static attempt => new ValueTask<bool>(attempt.Outcome.Result is { CanTryAgain: true }),
                DelayGenerator = static attempt => new ValueTask<TimeSpan?>(attempt.Outcome.Result?.RetryAfter),
            })
            .Build();
    }

    // .NET Framework's client looks up names, and a proxy, before its first await.
    public Task<NotificationResult> SendAsync(AlertNotification notification, CancellationToken cancellationToken) =>
        Task.Run(() => DeliverAsync(notification, cancellationToken), cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<NotificationResult> DeliverAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        string body = WebhookBody.Of(notification, _format);
        Attempt last = await _retry.ExecuteAsync(async token => await TryAsync(body, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return last.Why is null ? new NotificationResult(_channel, Fault: null) : NotificationResult.Failed(_channel, last.Why, last.Next);
    }

    private async Task<Attempt> TryAsync(string body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _uri) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.ExpectContinue = false;
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            int code = (int)response.StatusCode;
            return code switch
            {
                >= 200 and < 300 => new Attempt(),
                >= 300 and < 400 => new Attempt { Why = $"it answered {code}, a redirect, which is not followed", Next = "Use the address that it points to." },
                401 or 403 or 404 or 410 => new Attempt { Why = $"it answered {code}", Next = "The address may have been withdrawn: make a new one at the receiver, and a new channel with it." },
                429 or 503 => new Attempt { Why = $"it answered {code}, that it has too much to do, {Retries + 1} times", Next = "Try later, or raise -RepeatIntervalSec.", CanTryAgain = true, RetryAfter = After(response) },
                _ => new Attempt { Why = $"it answered {code}", Next = "Check that -Format is the receiver's." },
            };
        }
        catch (HttpRequestException exception)
        {
            for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
                if (cause is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TryAgain or SocketError.HostUnreachable or SocketError.NetworkUnreachable } socket)
                    return new Attempt { Why = $"no connection was made ({socket.SocketErrorCode})", Next = "Check the host and the firewall.", CanTryAgain = true };
            return _certificates.Of(_uri) is { } why
                ? new Attempt { Why = $"its certificate was refused: {why}", Next = "Install its issuer on this machine." }
                : new Attempt { Why = "the connection broke, and whether it was told is not known" };
        }
    }

    private static TimeSpan? After(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } delta ? (delta < LongestDelay ? delta : LongestDelay) : null;

    /// <summary>How one try ended; without a reason, well.</summary>
    private sealed record Attempt
    {
        public string? Why { get; init; }

        public string Next { get; init; } = "";

        public bool CanTryAgain { get; init; }

        /// <summary>As the receiver asks; null for our own delay.</summary>
        public TimeSpan? RetryAfter { get; init; }
    }
}
