using System.Globalization;
using AppStatus.Lab.BigIp.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AppStatus.Lab.BigIp.Traffic;

/// <summary>
/// Takes a request to a member and the answer back. A member is chosen for each request, as with OneConnect.
/// 503: no member. 502: the member did not answer; as on the device, nobody tries another one.
/// </summary>
internal sealed class VirtualServerProxy(DeviceStore store, MemberSelector selector, TrafficTable traffic) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    public async Task HandleAsync(HttpContext context, FullPath virtualServer)
    {
        var cookie = CookieName(virtualServer);
        context.Request.Cookies.TryGetValue(cookie, out var persisted);
        if (Begin(virtualServer, persisted) is not var (key, member, isPersistent))
        {
            traffic.CountWithoutMember();
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("no member available", context.RequestAborted);
            return;
        }

        try
        {
            if (isPersistent)
            {
                context.Response.Cookies.Append(cookie, member.Name.Value);
            }

            await ForwardAsync(context, member);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody is left to answer.
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            traffic.CountBroken();
            await FailAsync(context, failure);
        }
        finally
        {
            traffic.End(key);
        }
    }

    public void Dispose() => _client.Dispose();

    private (MemberKey Key, PoolMember Member, bool IsPersistent)? Begin(FullPath virtualServer, string? persisted) => store.Choose(state =>
    {
        if (!state.VirtualServers.TryGetValue(virtualServer, out var server)
            || !server.IsEnabled
            || server.Pool is not { } name
            || !state.Pools.TryGetValue(name, out var pool)
            || selector.Choose(state, pool, server.HasCookiePersistence ? persisted : null) is not { } member)
        {
            return default((MemberKey, PoolMember, bool)?);
        }

        var key = new MemberKey(pool.Name, member.Name);
        traffic.Begin(key);
        return (key, member, server.HasCookiePersistence);
    });

    private async Task ForwardAsync(HttpContext context, PoolMember member)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), TargetOf(member, context.Request));
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        ForwardedHeaders.CopyToMember(context.Request, request);
        using var response = await _client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        ForwardedHeaders.CopyToClient(response, context.Response);
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        await body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Uri TargetOf(PoolMember member, HttpRequest request)
    {
        var host = new SocketName(member.Address, member.Port).HostWithoutRouteDomain;
        var authority = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{authority}:{member.Port}{request.GetEncodedPathAndQuery()}"));
    }

    private static async Task FailAsync(HttpContext context, Exception failure)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status502BadGateway;
        await context.Response.WriteAsync($"the member did not answer: {failure.Message}", context.RequestAborted);
    }

    private static string CookieName(FullPath virtualServer) => $"BIGipServer{virtualServer.Name}";
}
