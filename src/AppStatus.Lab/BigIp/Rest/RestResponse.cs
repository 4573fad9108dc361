using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AppStatus.Lab.BigIp.Rest;

/// <summary>An answer, ready to be sent.</summary>
internal sealed record RestResponse(int Status, string ContentType, string Body)
{
    public const string JsonType = "application/json; charset=UTF-8";

    // As the device writes it: quotes as \", not as \u0022.
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Deleting answers 200, with nothing in it.</summary>
    public static RestResponse Empty { get; } = new(200, JsonType, "");

    public byte[] Bytes => Encoding.UTF8.GetBytes(Body);

    public static RestResponse Json(JsonNode body, int status = 200) => new(status, JsonType, body.ToJsonString(Format));

    public static RestResponse Error(int status, string message, int apiError) => Json(
        new JsonObject { ["code"] = status, ["message"] = message, ["errorStack"] = new JsonArray(), ["apiError"] = apiError }, status);

    /// <summary>The REST framework in front of the device's own API says its errors in another shape.</summary>
    public static RestResponse FrameworkError(int status, string message) => Json(
        new JsonObject { ["code"] = status, ["message"] = message, ["restOperationId"] = 1, ["kind"] = ":resterrorresponse" }, status);

    public static RestResponse Html(int status, string title) =>
        new(status, "text/html; charset=iso-8859-1", $"<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>{status} {title}</title>\n</head><body>\n<h1>{title}</h1>\n</body></html>\n");
}
