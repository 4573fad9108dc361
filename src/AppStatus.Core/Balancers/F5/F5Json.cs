using System.Globalization;
using System.Text.Json;

namespace AppStatus.Core.Balancers.F5;

/// <summary>Reads what versions 11 to 17 of iControl REST call the same thing: numbers as strings, fields that are missing.</summary>
internal static class F5Json
{
    public static IEnumerable<JsonElement> Items(this JsonElement collection) =>
        collection.ValueKind == JsonValueKind.Object && collection.TryGetProperty("items", out JsonElement items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray() : [];

    public static string Text(this JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out JsonElement value)) return "";
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() ?? "",
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => "",
        };
    }

    /// <summary>A list of words; empty where there is none.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString() ?? "")] : [];

    public static long? Number(this JsonElement element, string name) => ParseNumber(element.Text(name));

    /// <summary>A statistic: <c>"name": {"value": 3}</c>, or its <c>description</c>.</summary>
    public static string Statistic(this JsonElement entries, string name)
    {
        if (entries.ValueKind != JsonValueKind.Object || !entries.TryGetProperty(name, out JsonElement holder)) return "";
        string description = holder.Text("description");
        return description.Length > 0 ? description : holder.Text("value");
    }

    public static long? ParseNumber(string text) =>
        long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;
}
