using System.Text.Json;
using AppStatus.Core.Redis;
using AppStatus.Lab.BigIp.Traffic;
using AppStatus.Lab.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AppStatus.Lab.RoutingTable;

/// <summary>
/// The proxy of the canary systems: reads a list of <c>{"name","url"}</c> from a Redis, and sends each request to the next entry.
/// 503: no entry. 502: the instance did not answer; nobody tries another one. While the Redis is away it goes by what it read last.
/// </summary>
internal sealed class RoutingTableProxy : IAsyncDisposable
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
    private readonly RedisClient _redis;
    private readonly RoutingTableProxyOptions _options;
    private readonly SemaphoreSlim _oneReading = new(1, 1);
    private LoopbackServer? _server;
    private (Uri[] Round, long ReadAt) _cached = ([], 0);
    private long _turn = -1;

    private RoutingTableProxy(RoutingTableProxyOptions options)
    {
        _options = options;
        _redis = new RedisClient(new RedisOptions { Endpoint = options.Redis }, TimeProvider.System);
    }

    public Uri Uri => _server!.Uri;

    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<RoutingTableProxy> StartAsync(RoutingTableProxyOptions options, CancellationToken cancellationToken)
    {
        var proxy = new RoutingTableProxy(options);
        proxy._server = await LoopbackServer.StartAsync(options.Port, _ => { }, proxy.HandleAsync, cancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _client.Dispose();
        _redis.Dispose();
        _oneReading.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        Uri[] round = await RoundAsync(context.RequestAborted);
        if (round.Length == 0)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("no entry in the routing table", context.RequestAborted);
            return;
        }

        Uri instance = round[(int)(Interlocked.Increment(ref _turn) % round.Length)];
        try
        {
            await ForwardAsync(context, new Uri(instance, context.Request.GetEncodedPathAndQuery()));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody is left to answer.
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            await context.Response.WriteAsync($"{instance} did not answer: {failure.Message}", context.RequestAborted);
        }
    }

    private async Task<Uri[]> RoundAsync(CancellationToken cancellationToken)
    {
        await _oneReading.WaitAsync(cancellationToken);
        try
        {
            if (_cached.ReadAt != 0 && TimeProvider.System.GetElapsedTime(_cached.ReadAt) < _options.CacheFor) return _cached.Round;
            RedisResult read = await _redis.TryExecuteAsync(RedisCommand.Of("LRANGE", _options.Key, 0, -1).Repeatable(), cancellationToken);
            if (read.Fault is null) _cached = ([.. read.Reply!.Items.Select(UrlOf).OfType<Uri>()], TimeProvider.System.GetTimestamp());
            return _cached.Round;
        }
        finally
        {
            _oneReading.Release();
        }
    }

    private async Task ForwardAsync(HttpContext context, Uri target)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0) request.Content = new StreamContent(context.Request.Body);
        ForwardedHeaders.CopyToMember(context.Request, request);
        using HttpResponseMessage response = await _client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        ForwardedHeaders.CopyToClient(response, context.Response);
        await using Stream body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Uri? UrlOf(RedisValue entry)
    {
        try
        {
            using var json = JsonDocument.Parse(entry.Bytes);
            return json.RootElement.TryGetProperty("url", out JsonElement url) ? new Uri(url.GetString()!) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or UriFormatException or ArgumentNullException)
        {
            return null;
        }
    }
}
