using System.Text.Json;
using AppStatus.Core.Errors;
using Polly;
using Polly.Retry;

namespace AppStatus.Core.Balancers.F5;

/// <summary>iControl REST with a session's token. Reads, PATCHes and commands (all of ours may be sent twice) wait for a unit that is busy or restarts.</summary>
internal sealed class F5Client : IDisposable
{
    private const string TransactionsPath = "/mgmt/tm/transaction";
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);
    private static readonly ResiliencePropertyKey<long> StartKey = new("start");
    private readonly F5Transport _transport;
    private readonly F5Login _login;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<F5Response> _patience;
    private volatile bool _ended;

    public F5Client(F5ConnectOptions options, TimeProvider time)
    {
        _time = time;
        _transport = new F5Transport(options, time);
        _login = new F5Login(_transport, options, time);
        _patience = new ResiliencePipelineBuilder<F5Response> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<F5Response>
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(100),
                MaxDelay = TimeSpan.FromSeconds(2),
                UseJitter = true,
                // The deadline is checked here, so that the last failure itself comes out, and not one about time.
                ShouldHandle = arguments => new ValueTask<bool>(IsPassing(arguments.Outcome)
                    && arguments.Context.Properties.TryGetValue(StartKey, out long start) && time.GetElapsedTime(start) < options.RestartGrace),
            })
            .Build();
    }

    public string Host => _transport.Host;

    public DateTimeOffset TokenExpires => _login.Expires;

    /// <summary>Logs in, without patience: who connects wants to know at once.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken) => _login.GetTokenAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => _login.EndAsync(cancellationToken);

    /// <param name="path">From <c>/mgmt</c> on; names in it are encoded.</param>
    /// <param name="target">The object that a failure is about.</param>
    /// <param name="cancellationToken">Ends the request and the waiting.</param>
    public async Task<JsonDocument> GetAsync(string path, object? target, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Get, path, json: null, target, cancellationToken).ConfigureAwait(false)
        ?? throw new AppStatusException(ErrorId.InvalidResponse, $"{Host} answered 'GET {path}' with an empty body.", "", target);

    /// <summary>Reads what not every version has; null where it does not exist.</summary>
    public async Task<JsonDocument?> GetOptionalAsync(string path, CancellationToken cancellationToken)
    {
        F5Response response = await SendPatientlyAsync(HttpMethod.Get, path, json: null, cancellationToken).ConfigureAwait(false);
        if (response.Status is 400 or 403 or 404) return null;
        return response.Succeeded ? response.ReadJson() : throw F5Faults.Of(response, Host, target: null);
    }

    public async Task PatchAsync(string path, string json, object? target, CancellationToken cancellationToken)
    {
        using JsonDocument? answer = await SendAsync(new HttpMethod("PATCH"), path, json, target, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a command of the device that may be run twice, such as saving.</summary>
    public async Task RunAsync(string path, string json, object? target, CancellationToken cancellationToken)
    {
        using JsonDocument? answer = await SendAsync(HttpMethod.Post, path, json, target, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes several changes at once, or none of them. If the device is busy or an answer is lost, the whole of it is tried again in a
    /// transaction of its own: the changes are absolute, so that a commit that came through is only repeated.
    /// </summary>
    /// <param name="changes">At least one: the device refuses to commit nothing.</param>
    /// <param name="target">The object that a failure is about.</param>
    /// <param name="cancellationToken">Ends the requests and the waiting; a transaction that is not committed ends by itself.</param>
    /// <param name="commit">Ends the waiting for the answer to the commit, which can't be called back; then it is <see cref="ErrorId.TimedOut"/>.</param>
    /// <exception cref="OperationCanceledException">Nothing was committed.</exception>
    public async Task TransactAsync(IReadOnlyList<F5Change> changes, object? target, CancellationToken cancellationToken, CancellationToken commit)
    {
        F5Response response = await PatientlyAsync("transaction", stop => TransactOnceAsync(changes, stop, commit), cancellationToken).ConfigureAwait(false);
        if (!response.Succeeded) throw F5Faults.Of(response, Host, target);
    }

    public void Dispose()
    {
        _ended = true;
        _login.Dispose();
        _transport.Dispose();
    }

    private async Task<JsonDocument?> SendAsync(HttpMethod method, string path, string? json, object? target, CancellationToken cancellationToken)
    {
        F5Response response = await SendPatientlyAsync(method, path, json, cancellationToken).ConfigureAwait(false);
        return response.Succeeded ? response.ReadJson() : throw F5Faults.Of(response, Host, target);
    }

    private Task<F5Response> SendPatientlyAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken) =>
        PatientlyAsync($"{method} {path}", stop => SendOnceAsync(method, path, json, stop), cancellationToken);

    private async Task<F5Response> PatientlyAsync(string what, Func<CancellationToken, Task<F5Response>> send, CancellationToken cancellationToken)
    {
        if (_ended)
        {
            throw new AppStatusException(ErrorId.NotConnected, $"The session with {Host} has been disconnected: '{what}' was not sent.",
                $"Connect again: Connect-F5 {Host}", Host);
        }

        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(StartKey, _time.GetTimestamp());
        try
        {
            return await _patience.ExecuteAsync(async inner => await send(inner.CancellationToken).ConfigureAwait(false), context).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>For what must still be learned when all else has been stopped.</summary>
    public LateCancellation Late(CancellationToken cancellationToken) => new(SettleTime, _time, cancellationToken);

    private async Task<F5Response> TransactOnceAsync(IReadOnlyList<F5Change> changes, CancellationToken cancellationToken, CancellationToken commit)
    {
        F5Response opened = await SendOnceAsync(HttpMethod.Post, TransactionsPath, "{}", cancellationToken).ConfigureAwait(false);
        if (!opened.Succeeded) return opened;
        using JsonDocument? document = opened.ReadJson();
        string id = document?.RootElement.Text("transId") ?? "";
        if (id.Length == 0) throw new AppStatusException(ErrorId.InvalidResponse, $"{Host} opened a transaction without an id. Nothing was changed.", "", Host);

        var patch = new HttpMethod("PATCH");
        foreach (F5Change change in changes)
        {
            F5Response taken = await SendOnceAsync(patch, change.Path, change.Json, cancellationToken, id).ConfigureAwait(false);
            if (!taken.Succeeded) return taken;
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await SendOnceAsync(patch, $"{TransactionsPath}/{id}", """{"state":"VALIDATING"}""", commit).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception)
        {
            throw new AppStatusException(ErrorId.TimedOut,
                $"{Host} had not answered the commit of {changes.Count} changes when it was stopped. Whether they took effect is not known.", "Read the state again.", Host, exception);
        }
    }

    private async Task<F5Response> SendOnceAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken, string? transaction = null)
    {
        string token = await _login.GetTokenAsync(cancellationToken).ConfigureAwait(false);
        F5Response response = await _transport.SendAsync(method, path, json, token, cancellationToken, transaction).ConfigureAwait(false);
        if (response.Status != 401 || response.IsStarting) return response;

        token = await _login.ReplaceAsync(token, cancellationToken).ConfigureAwait(false);
        return await _transport.SendAsync(method, path, json, token, cancellationToken, transaction).ConfigureAwait(false);
    }

    /// <summary>A restart, a reload or an asynchronous task of the device: it passes.</summary>
    private static bool IsPassing(Outcome<F5Response> outcome) =>
        outcome.Exception is AppStatusException { Id: ErrorId.Unreachable or ErrorId.ConnectionClosed }
        || outcome.Result is { Status: 502 or 503 or 504 } or { IsStarting: true };
}
