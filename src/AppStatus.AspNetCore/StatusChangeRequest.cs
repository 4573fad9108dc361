using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AppStatus.AspNetCore;

/// <summary>Reads what an operator posted: a status, or the answer that says why there is none.</summary>
internal readonly record struct StatusChangeRequest(InstanceStatus Status, int ErrorCode, string? Error)
{
    public const int MaxBodyBytes = 4096;

    private const string NoStatus = "No status value provided";

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    public static async Task<StatusChangeRequest> ReadAsync(HttpRequest request, bool strict, CancellationToken cancellationToken)
    {
        if (request.ContentType is not null && !IsUtf8Json(request))
        {
            return Refused(StatusCodes.Status415UnsupportedMediaType, "Send application/json in UTF-8");
        }

        var body = new byte[MaxBodyBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        if (length > MaxBodyBytes)
        {
            return Refused(StatusCodes.Status413PayloadTooLarge, $"The body is over {MaxBodyBytes} bytes");
        }

        if (length == 0)
        {
            return Refused(StatusCodes.Status400BadRequest, NoStatus);
        }

        return request.ContentType is null
            ? Refused(StatusCodes.Status415UnsupportedMediaType, "Send application/json in UTF-8")
            : Parse(body.AsMemory(0, length), strict);
    }

    private static StatusChangeRequest Parse(ReadOnlyMemory<byte> body, bool strict)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Refused(StatusCodes.Status400BadRequest, "The body is not a JSON object");
            }

            if (!document.RootElement.TryGetProperty("status", out var value) || value.ValueKind == JsonValueKind.Null)
            {
                return Refused(StatusCodes.Status400BadRequest, NoStatus);
            }

            if (value.ValueKind != JsonValueKind.String)
            {
                return Refused(StatusCodes.Status400BadRequest, $"The status is not a string; use one of {StatusWireFormat.AllowedValues}");
            }

            return StatusWireFormat.TryParse(value.GetString()!, out var status) || !strict
                ? new StatusChangeRequest(status, 0, null)
                : Refused(StatusCodes.Status400BadRequest, $"Unknown status; use one of {StatusWireFormat.AllowedValues}");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair, which is JSON but not text.
            return Refused(StatusCodes.Status400BadRequest, "The body is not valid JSON, is nested too deep, or has a key twice");
        }
    }

    private static bool IsUtf8Json(HttpRequest request) =>
        request.HasJsonContentType()
        && request.GetTypedHeaders().ContentType is { } type
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static StatusChangeRequest Refused(int code, string error) => new(InstanceStatus.StandBy, code, error);
}
