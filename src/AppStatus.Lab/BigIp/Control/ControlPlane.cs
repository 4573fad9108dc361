using AppStatus.Lab.BigIp.Model;
using AppStatus.Lab.BigIp.Rest;
using AppStatus.Lab.BigIp.Rest.Sessions;
using AppStatus.Lab.BigIp.Rest.Transactions;
using AppStatus.Lab.BigIp.Traffic;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Lab.BigIp.Control;

/// <summary>Takes a request through the log, the faults, authentication and transactions to the resource that it is for.</summary>
internal sealed class ControlPlane(
    DeviceStore store,
    DeviceView view,
    DataPlane dataPlane,
    SessionEndpoints sessions,
    RequestAuthentication authentication,
    RequestLog log,
    FaultQueue faults,
    TimeProvider time)
{
    private readonly ResourceTree _resources = new(time);
    private readonly TransactionEndpoints _transactions = new(new ResourceTree(time), time);

    public async Task HandleAsync(HttpContext context)
    {
        var number = log.NextNumber();
        var incoming = await IncomingRequest.ReadAsync(context);
        var fault = faults.Take(incoming.Method, incoming.Target);
        if (fault is { DelayMs: > 0 })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(fault.DelayMs), time, context.RequestAborted);
        }

        var response = InsteadOfAnswer(fault) ?? Answer(context, incoming, hasEffect: fault?.Kind != FaultKind.NoEffect);
        await FollowAsync(incoming.Method);
        log.Add(ToEntry(number, incoming, response, fault));
        if (fault?.Kind is FaultKind.LostAnswer or FaultKind.LostRequest)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = response.Status;
        context.Response.ContentType = response.ContentType;
        if (response is { Status: 401, ContentType: not RestResponse.JsonType })
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Enterprise Manager\"";
        }

        await context.Response.Body.WriteAsync(response.Bytes, context.RequestAborted);
    }

    private async Task FollowAsync(string method)
    {
        try
        {
            if (method != "GET")
            {
                await dataPlane.ReconcileAsync(CancellationToken.None);
            }
        }
        catch (IOException)
        {
            // The device has an address of its own for each virtual server; on loopback the port may be somebody else's, and it stays deaf.
        }
    }

    private static RestResponse? InsteadOfAnswer(Fault? fault) => fault?.Kind switch
    {
        FaultKind.Busy => RestResponse.Error(503, "There is an active asynchronous task executing.", 32964609),
        FaultKind.Html => RestResponse.Html(500, "Internal Server Error"),
        FaultKind.Expired => RequestAuthentication.Expired(),
        FaultKind.Booting => RestResponse.FrameworkError(404, "Public URI path not registered"),
        FaultKind.LostRequest => RestResponse.Empty,
        _ => null,
    };

    private RestResponse Answer(HttpContext context, IncomingRequest incoming, bool hasEffect)
    {
        try
        {
            var request = incoming.ToRestRequest(context.Request.Query);
            return request.JoinedPath == SessionEndpoints.LoginPath
                ? sessions.Login(request)
                : authentication.Refuse(context.Request) ?? sessions.Tokens(request) ?? Run(context, request, hasEffect);
        }
        catch (RestRefusal refusal)
        {
            return RestResponse.Error(refusal.Status, refusal.Message, refusal.ApiError);
        }
    }

    private RestResponse Run(HttpContext context, RestRequest request, bool hasEffect)
    {
        if (context.Request.Headers[TransactionEndpoints.CoordinationHeader] is [{ } transaction] && !request.IsRead)
        {
            return TransactionEndpoints.IsAbout(request)
                ? throw RestRefusal.Invalid($"A transaction is not committed inside itself: leave {TransactionEndpoints.CoordinationHeader} out.")
                : _transactions.Enqueue(transaction, request);
        }

        // A long list must not hold up the data plane, which chooses members under the lock of changes.
        return request.IsRead ? Dispatch(request, store.Current).Response : store.Change(state =>
        {
            var (next, response) = Dispatch(request, state);
            return (hasEffect ? next : state, response);
        });
    }

    private (DeviceState State, RestResponse Response) Dispatch(RestRequest request, DeviceState state) => TransactionEndpoints.IsAbout(request)
        ? _transactions.Handle(request, view with { State = state })
        : _resources.Handle(request, view with { State = state });

    private static RequestLogEntry ToEntry(long number, IncomingRequest incoming, RestResponse response, Fault? fault)
    {
        var isSession = incoming.Target.StartsWith("/mgmt/shared/", StringComparison.Ordinal);
        return new RequestLogEntry(
            number,
            incoming.Method,
            incoming.Target,
            isSession || incoming.Body.Length == 0 ? null : incoming.Body,
            response.Status,
            incoming.Method != "GET" && !isSession,
            fault?.Kind.ToString());
    }
}
