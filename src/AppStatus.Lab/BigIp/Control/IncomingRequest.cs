using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AppStatus.Lab.BigIp.Control;

/// <summary>A request as it came over the wire.</summary>
/// <param name="Target">Path and query as they were sent, with nothing unescaped.</param>
internal sealed record IncomingRequest(string Method, string Target, string Body)
{
    private const string Root = "/mgmt/";

    public static async Task<IncomingRequest> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return new IncomingRequest(context.Request.Method, target, body);
    }

    /// <exception cref="RestRefusal">The path is none of the API, or badly escaped, or the body is no JSON object.</exception>
    public RestRequest ToRestRequest(IQueryCollection query)
    {
        var path = Target.Split('?')[0];
        if (!path.StartsWith(Root, StringComparison.Ordinal))
        {
            throw RestRefusal.UnknownPath(path.TrimStart('/'));
        }

        // A route domain's % that was not escaped is no escape sequence: the device refuses it, where most servers let it pass.
        var segments = path[Root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Any(HasBadEscape))
        {
            throw RestRefusal.Invalid($"The path {path} holds a % that starts no escape sequence.");
        }

        return new RestRequest(
            Method,
            [.. segments.Select(Uri.UnescapeDataString)],
            query.ToDictionary(option => option.Key, option => option.Value.ToString(), StringComparer.Ordinal),
            ParseBody());
    }

    private static bool HasBadEscape(string segment)
    {
        for (var index = segment.IndexOf('%', StringComparison.Ordinal); index >= 0; index = segment.IndexOf('%', index + 1))
        {
            if (index + 2 >= segment.Length || !char.IsAsciiHexDigit(segment[index + 1]) || !char.IsAsciiHexDigit(segment[index + 2]))
            {
                return true;
            }
        }

        return false;
    }

    private JsonObject? ParseBody()
    {
        if (string.IsNullOrWhiteSpace(Body))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(Body) as JsonObject ?? throw RestRefusal.Invalid("The JSON body must be an object.");
        }
        catch (JsonException)
        {
            throw RestRefusal.Invalid("Found invalid JSON body in the request.");
        }
    }
}
