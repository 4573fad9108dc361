using System.Text.Json;
using System.Text.Json.Serialization;
using AppStatus.Lab.BigIp.Model;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Lab.BigIp.Control;

/// <summary>
/// What a real device has not, for rehearsals: <c>GET/DELETE /_lab/log</c>, <c>GET/POST/DELETE /_lab/faults</c>,
/// <c>POST /_lab/standby {"standby":true}</c>. Without authentication: the simulator listens on loopback only.
/// </summary>
internal sealed class LabEndpoints(DeviceStore store, RequestLog log, FaultQueue faults)
{
    private const string Prefix = "/_lab/";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter<FaultKind>(JsonNamingPolicy.KebabCaseLower) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static bool IsFor(HttpRequest request) => request.Path.Value?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await ((context.Request.Method, context.Request.Path.Value?[Prefix.Length..]) switch
            {
                ("GET", "log") => WriteLogAsync(context),
                ("DELETE", "log") => DoneAsync(context, log.Clear),
                ("GET", "faults") => context.Response.WriteAsJsonAsync(faults.Pending, Json, context.RequestAborted),
                ("POST", "faults") => AddFaultAsync(context),
                ("DELETE", "faults") => DoneAsync(context, faults.Clear),
                ("POST", "standby") => SetStandbyAsync(context),
                _ => RefuseAsync(context, StatusCodes.Status404NotFound, "log, faults and standby are all there is."),
            });
        }
        catch (JsonException mistake)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, mistake.Message);
        }
    }

    private Task WriteLogAsync(HttpContext context)
    {
        var onlyWrites = context.Request.Query["writes"] == "true";
        var entries = onlyWrites ? log.Writes : log.Entries;
        return context.Response.WriteAsJsonAsync(new { count = log.Count, entries = entries.OrderBy(entry => entry.Number).ToArray() }, Json, context.RequestAborted);
    }

    private async Task AddFaultAsync(HttpContext context)
    {
        var fault = await JsonSerializer.DeserializeAsync<Fault>(context.Request.Body, Json, context.RequestAborted);
        if (fault is not { Count: > 0, DelayMs: >= 0 and <= 600_000 })
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "count must be above 0, and delayMs at most 600000.");
            return;
        }

        await DoneAsync(context, () => faults.Add(fault));
    }

    private async Task SetStandbyAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        if (!body.RootElement.TryGetProperty("standby", out var value) || value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "Send {\"standby\":true} or {\"standby\":false}.");
            return;
        }

        var isStandby = value.GetBoolean();
        await DoneAsync(context, () => store.Change(state => (state with { IsStandby = isStandby }, true)));
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
