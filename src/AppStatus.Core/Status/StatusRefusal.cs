using System.Text.Json;

namespace AppStatus.Core.Status;

internal static class StatusRefusal
{
    /// <summary>The words of a 400, <c>{"error":"No status value provided"}</c>; empty where there are none.</summary>
    public static string Read(ArraySegment<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body.AsMemory(), new JsonDocumentOptions { MaxDepth = 16 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out JsonElement error)
                && error.ValueKind == JsonValueKind.String
                    ? SafeText.Of(error.GetString()!, 300)
                    : "";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
