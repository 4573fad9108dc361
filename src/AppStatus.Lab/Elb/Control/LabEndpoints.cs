using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Lab.Elb.Control;

/// <summary>What AWS has not, for rehearsals: <c>GET/DELETE /_lab/log</c>, <c>POST/DELETE /_lab/faults</c>. Without authentication: the simulator listens on loopback only.</summary>
internal sealed class LabEndpoints(CallLog log, ElbFaultQueue faults)
{
    private const string Prefix = "/_lab/";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter<ElbFaultKind>(JsonNamingPolicy.KebabCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static bool IsFor(HttpRequest request) => request.Path.Value?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await ((context.Request.Method, context.Request.Path.Value?[Prefix.Length..]) switch
            {
                ("GET", "log") => context.Response.WriteAsJsonAsync(new { calls = log.Calls }, Json, context.RequestAborted),
                ("DELETE", "log") => DoneAsync(context, log.Clear),
                ("POST", "faults") => AddFaultAsync(context),
                ("DELETE", "faults") => DoneAsync(context, faults.Clear),
                _ => RefuseAsync(context, StatusCodes.Status404NotFound, "log and faults are all there is."),
            });
        }
        catch (JsonException mistake)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, mistake.Message);
        }
    }

    private async Task AddFaultAsync(HttpContext context)
    {
        var fault = await JsonSerializer.DeserializeAsync<ElbFault>(context.Request.Body, Json, context.RequestAborted);
        if (fault is not { Count: > 0, DelayMs: >= 0 and <= 600_000 })
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "count must be above 0, and delayMs at most 600000.");
            return;
        }

        await DoneAsync(context, () => faults.Add(fault));
    }

    private static Task DoneAsync(HttpContext context, Action act)
    {
        act();
        return context.Response.WriteAsJsonAsync(new { done = true }, Json, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, int status, string error)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { error }, Json, context.RequestAborted);
    }
}
