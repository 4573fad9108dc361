using System.Text;
using AppStatus.Lab.Elb.Configuration;
using AppStatus.Lab.Elb.Model;
using AppStatus.Lab.Elb.Query;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Lab.Elb.Control;

/// <summary>Takes a call through the faults and the signature to its action.</summary>
internal sealed class QueryApi(ElbModel model, ElbConfiguration configuration, ElbFaultQueue faults, CallLog log, TimeProvider time)
{
    private readonly SignatureCheck _signatures = new(configuration.SecretAccessKey, time);
    private readonly TargetGroupActions _groups = new(model, new Pages(configuration.PageSize), time);
    private readonly ListenerActions _listeners = new(model, new Pages(configuration.PageSize));
    private readonly ClassicActions _classic = new(model, new Pages(configuration.PageSize), time);
    private readonly InstanceActions _instances = new(model);

    public async Task HandleAsync(HttpContext context)
    {
        using var stream = new MemoryStream();
        await context.Request.Body.CopyToAsync(stream, context.RequestAborted);
        var body = stream.ToArray();
        var form = Encoding.UTF8.GetString(body);
        var request = new QueryRequest(form);
        var fault = faults.Take(request.Action);
        if (fault is { DelayMs: > 0 })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(fault.DelayMs), time, context.RequestAborted);
        }

        var response = Answer(context.Request, body, request, fault);
        log.Add(new Call(request.Action, form, response.Status, request.IsWrite, fault?.Kind.ToString()));
        if (fault?.Kind is ElbFaultKind.LostAnswer or ElbFaultKind.LostRequest)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = response.Status;
        context.Response.ContentType = "text/xml";
        await context.Response.Body.WriteAsync(response.Bytes, context.RequestAborted);
    }

    private QueryResponse Answer(HttpRequest http, byte[] body, QueryRequest request, ElbFault? fault)
    {
        try
        {
            _signatures.Check(http, body);
            if (Refusal(request, fault) is { } refusal)
            {
                throw refusal;
            }

            if (fault?.Kind is ElbFaultKind.LostRequest || (fault?.Kind is ElbFaultKind.NoEffect && request.IsWrite))
            {
                return QueryResponse.Of(request, result: []);
            }

            lock (model.Gate)
            {
                return QueryResponse.Of(request, Result(request));
            }
        }
        catch (QueryRefusal refusal)
        {
            return QueryResponse.Of(request, refusal);
        }
    }

    private object?[] Result(QueryRequest request) =>
        request.IsEc2 ? _instances.Handle(request)
        : request.IsClassic ? _classic.Handle(request)
        : _groups.Handle(request) ?? _listeners.Handle(request) ?? throw new QueryRefusal(400, "InvalidAction", $"Could not find operation {request.Action} for version {request.Version}");

    private static QueryRefusal? Refusal(QueryRequest request, ElbFault? fault) => fault?.Kind switch
    {
        ElbFaultKind.Throttling when request.IsEc2 => new QueryRefusal(503, "RequestLimitExceeded", "Request limit exceeded."),
        ElbFaultKind.Throttling => new QueryRefusal(400, "Throttling", "Rate exceeded"),
        ElbFaultKind.HealthUnavailable => new QueryRefusal(500, "HealthUnavailable", "The health of the specified targets could not be retrieved due to an internal error"),
        ElbFaultKind.DependencyThrottle => new QueryRefusal(400, "DependencyThrottle", "A dependency throttled the request"),
        ElbFaultKind.AccessDenied when request.IsEc2 => new QueryRefusal(403, "UnauthorizedOperation", "You are not authorized to perform this operation."),
        ElbFaultKind.AccessDenied => new QueryRefusal(403, "AccessDenied", $"User: arn:aws:iam::123456789012:user/deployer is not authorized to perform: elasticloadbalancing:{request.Action}"),
        _ => null,
    };
}
