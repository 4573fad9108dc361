using System.Text;
using System.Text.Json;

namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>What an entry of the list says: <c>{"name":"web01","url":"http://10.1.1.1:8080/"}</c>, whatever else stands in it.</summary>
/// <param name="Name">For people; more than one instance may have it.</param>
/// <param name="Url">Where the proxy sends requests to. Entries with the same name and URL are one member.</param>
internal sealed record TableEntry(string Name, Uri Url)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null where it is no entry that is understood: then it is never touched.</summary>
    public static TableEntry? Read(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(Strict.GetString(bytes));
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            string? name = Only(json.RootElement, "name"), url = Only(json.RootElement, "url");
            return string.IsNullOrWhiteSpace(name) || name!.Any(char.IsControl) || AsInstance(url) is not { } uri ? null : new TableEntry(name!, uri);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            return null;
        }
    }

    // Which of two equal names a proxy goes by, nobody knows.
    private static string? Only(JsonElement entry, string name)
    {
        JsonProperty[] found = [.. entry.EnumerateObject().Where(property => property.NameEquals(name))];
        return found.Length == 1 && found[0].Value.ValueKind == JsonValueKind.String ? found[0].Value.GetString() : null;
    }

    private static Uri? AsInstance(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.UserInfo.Length == 0 ? uri : null;
}
