using System.Globalization;
using System.IO.Enumeration;
using AppStatus.Lab.BigIp.Traffic;
using AppStatus.Lab.Elb.Model;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AppStatus.Lab.Elb.Traffic;

/// <summary>Takes a request to a target and the answer back. 503: no healthy target. 502: it did not answer.</summary>
internal sealed class ElbProxy(ElbModel model) : IDisposable
{
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    public Task HandleAsync(HttpContext context, LoadBalancer balancer) => ForwardAsync(context, () => PoolOf(balancer, context.Request.Path)?.Choose());

    public Task HandleAsync(HttpContext context, ClassicLoadBalancer balancer) => ForwardAsync(context, balancer.Pool.Choose);

    public void Dispose() => _client.Dispose();

    /// <summary>The first rule that fits, and of its target groups the one whose turn it is by weight.</summary>
    private TargetPool? PoolOf(LoadBalancer balancer, string path)
    {
        var rule = balancer.Rules.First(rule => rule.PathPattern is null || FileSystemName.MatchesSimpleExpression(rule.PathPattern, path, ignoreCase: false));
        var weights = RuleActions.Weights(rule.Actions).Where(pair => pair.Value > 0).ToArray();
        if (weights.Length == 0)
        {
            return null;
        }

        foreach (var (arn, weight) in weights)
        {
            rule.Credits[arn] = rule.Credits.GetValueOrDefault(arn) + weight;
        }

        var next = weights.MaxBy(pair => rule.Credits[pair.Key]).Key;
        rule.Credits[next] -= weights.Sum(pair => pair.Value);
        return model.TargetGroups.Single(group => group.Arn == next).Pool;
    }

    private async Task ForwardAsync(HttpContext context, Func<RegisteredTarget?> choose)
    {
        RegisteredTarget? target;
        lock (model.Gate)
        {
            target = choose();
            if (target is not null)
            {
                target.InFlight++;
            }
        }

        if (target is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("no healthy target", context.RequestAborted);
            return;
        }

        try
        {
            await ForwardAsync(context, target);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody is left to answer.
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
        finally
        {
            lock (model.Gate)
            {
                target.InFlight--;
            }
        }
    }

    private async Task ForwardAsync(HttpContext context, RegisteredTarget target)
    {
        // When the delay of a drain is over, what is in flight is cut off.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, target.Cut.Token);
        var uri = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{target.Address}:{target.Port}{context.Request.GetEncodedPathAndQuery()}"));
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), uri);
        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        ForwardedHeaders.CopyToMember(context.Request, request);
        using var response = await _client.SendAsync(request, stop.Token);
        context.Response.StatusCode = (int)response.StatusCode;
        ForwardedHeaders.CopyToClient(response, context.Response);
        await using var body = await response.Content.ReadAsStreamAsync(stop.Token);
        await body.CopyToAsync(context.Response.Body, stop.Token);
    }
}
