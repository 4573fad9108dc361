using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AppStatus.AspNetCore;

/// <summary>Writes the endpoint's answers: JSON, or one word where the caller prefers text/plain.</summary>
internal static class StatusAnswer
{
    public static async Task WriteStatusAsync(HttpContext context, int statusCode, InstanceStatus status, string version, AppStatusOptions options)
    {
        Prepare(context.Response, statusCode);
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        if (PrefersPlainText(context.Request))
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(status.ToWire(), context.RequestAborted);
            return;
        }

        await WriteJsonAsync(context, writer =>
        {
            writer.WriteString("status", status.ToWire());
            writer.WriteString("version", version);
            WriteOptional(writer, "hostname", options.HostName);
            WriteOptional(writer, "appid", options.AppId);
        });
    }

    public static Task WriteErrorAsync(HttpContext context, int statusCode, string error)
    {
        Prepare(context.Response, statusCode);
        return WriteJsonAsync(context, writer => writer.WriteString("error", error));
    }

    private static void Prepare(HttpResponse response, int statusCode)
    {
        response.StatusCode = statusCode;
        response.Headers.CacheControl = "no-store";
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static async Task WriteJsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        context.Response.ContentLength = buffer.Length;
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }

    // JSON wins a tie: a monitor that sends no Accept, or */*, gets what the contract shows.
    private static bool PrefersPlainText(HttpRequest request)
    {
        var accept = request.GetTypedHeaders().Accept;
        return accept.Count > 0 && Quality(accept, "text/plain") > Quality(accept, "application/json");
    }

    private static double Quality(IList<MediaTypeHeaderValue> accept, string mediaType)
    {
        var type = new MediaTypeHeaderValue(mediaType);
        var best = accept.Where(type.IsSubsetOf).OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0).FirstOrDefault();
        return best is null ? 0 : best.Quality ?? 1;
    }
}
