using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AppStatus.Lab.Application;

namespace AppStatus.Lab.Load;

/// <summary>
/// Sends requests when they are due, whether or not earlier ones have been answered (open loop). The HTTP stack may repeat a GET whose
/// reused connection was closed under it, as browsers do; <see cref="LoadOptions.KeepAlive"/> false leaves it nothing to repeat.
/// </summary>
internal sealed partial class LoadGenerator : IDisposable
{
    private const int MaxOutstanding = 20_000;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly LoadOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _client;
    private readonly LoadTally _tally = new();
    private readonly ConcurrentDictionary<long, Task> _outstanding = new();

    private readonly long _start;

    private LoadGenerator(LoadOptions options, TimeProvider time, CancellationToken stopping)
    {
        options.Validate();
        _options = options;
        _time = time;
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = options.RequestTimeout,
            PooledConnectionLifetime = options.KeepAlive ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        });
        _start = time.GetTimestamp();
        Completion = Task.Run(() => SendAllAsync(stopping), CancellationToken.None);
    }

    /// <summary>Ends when the duration is over, the stop file has appeared or the token has fired, and no request is outstanding.</summary>
    public Task<LoadResult> Completion { get; }

    /// <summary>What became of the requests that have ended so far.</summary>
    public LoadResult SoFar => _tally.ToResult(_time.GetElapsedTime(_start));

    /// <exception cref="CommandLine.UsageException">The options exceed a limit.</exception>
    public static LoadGenerator Start(LoadOptions options, CancellationToken stopping) => new(options, TimeProvider.System, stopping);

    /// <summary>From the first request to the last answer.</summary>
    /// <exception cref="CommandLine.UsageException">The options exceed a limit.</exception>
    public static async Task<LoadResult> RunAsync(LoadOptions options, CancellationToken stopping)
    {
        using var generator = Start(options, stopping);
        return await generator.Completion;
    }

    public void Dispose() => _client.Dispose();

    private async Task<LoadResult> SendAllAsync(CancellationToken stopping)
    {
        using var ticks = new PeriodicTimer(Tick, _time);
        var total = (long)Math.Ceiling(_options.Rate * _options.Duration.TotalSeconds);
        var next = 0L;
        try
        {
            while (next < total && !IsStopped(stopping))
            {
                for (; next < total && DueAt(next) <= _time.GetElapsedTime(_start); next++)
                {
                    Send(next);
                }

                await ticks.WaitForNextTickAsync(stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop: what is outstanding still counts.
        }

        await Task.WhenAll(_outstanding.Values);
        return SoFar;
    }

    private bool IsStopped(CancellationToken stopping) =>
        stopping.IsCancellationRequested || (_options.StopFile is { } file && File.Exists(file));

    private TimeSpan DueAt(long request) => TimeSpan.FromSeconds(request / _options.Rate);

    private void Send(long request)
    {
        if (_outstanding.Count >= MaxOutstanding)
        {
            _tally.Failed("not sent", $"{MaxOutstanding} requests are outstanding already");
            return;
        }

        var sending = SendAsync(request);
        if (sending.IsCompleted)
        {
            return;
        }

        _outstanding[request] = sending;
        _ = sending.ContinueWith(_ => _outstanding.TryRemove(request, out var _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task SendAsync(long number)
    {
        var path = _options.Paths[number];
        var uri = path.Length == 0 ? _options.Uri : new Uri(_options.Uri, path);
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _time);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.ConnectionClose = !_options.KeepAlive;
            using var response = await _client.SendAsync(request, timeout.Token);
            var body = await response.Content.ReadAsStringAsync(timeout.Token);
            if (response.IsSuccessStatusCode)
            {
                _tally.Succeeded((_time.GetElapsedTime(_start) - DueAt(number)).TotalMilliseconds, VersionOf(response, body));
            }
            else
            {
                _tally.Failed($"status {(int)response.StatusCode}", $"{uri.PathAndQuery} {FirstLine(body)}");
            }
        }
        catch (OperationCanceledException)
        {
            _tally.Failed("timeout", $"{uri.PathAndQuery} took over {_options.RequestTimeout.TotalSeconds} s");
        }
        catch (HttpRequestException failure)
        {
            _tally.Failed(failure.HttpRequestError.ToString(), $"{uri.PathAndQuery} {failure.Message}");
        }
        catch (IOException failure)
        {
            _tally.Failed("body", $"{uri.PathAndQuery} {failure.Message}");
        }
    }

    private static string VersionOf(HttpResponseMessage response, string body) =>
        response.Headers.TryGetValues(ApplicationServer.VersionHeader, out var versions) ? versions.First()
        : VersionInText().Match(body) is { Success: true } match ? match.Value
        : "unknown";

    private static string FirstLine(string body)
    {
        var line = body.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return line.Length > 100 ? $"{line[..100]}…" : line.ToString();
    }

    [GeneratedRegex(@"\b\d+(\.\d+)+\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex VersionInText();
}
