using System.Text.Json;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Monitoring.Metrics.PromQl;

/// <summary>The series of an instant query; a scalar is one without labels.</summary>
internal sealed record PromQlAnswer(IReadOnlyList<PromQlSeries> Series)
{
    /// <summary>Null where it was read.</summary>
    public static Fault? TryRead(string body, Uri server, out PromQlAnswer? answer)
    {
        answer = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            JsonElement root = document.RootElement;
            if (Text(root, "status") == "error")
                return new Fault(ErrorId.QueryRefused, $"{server.Authority} refused the query ({SafeText.Of(Text(root, "errorType"), 50)}): {SafeText.Condensed(Text(root, "error"))}.", "Try the query on the server's own page.");
            if (Text(root, "status") != "success") return Invalid(server, "it has no status");
            JsonElement data = root.GetProperty("data");
            switch (Text(data, "resultType"))
            {
                case "vector":
                    answer = new PromQlAnswer([.. data.GetProperty("result").EnumerateArray().Select(OfVector)]);
                    return null;
                case "scalar":
                    answer = new PromQlAnswer([new PromQlSeries("", Number(data.GetProperty("result")))]);
                    return null;
                default:
                    return new Fault(ErrorId.QueryRefused, $"The query gives a {SafeText.Of(Text(data, "resultType"), 50)}, and no value for each instance.", "Query an instant vector: a range such as [5m] belongs into a function such as rate().");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            return Invalid(server, SafeText.Condensed(exception.Message));
        }
    }

    private static PromQlSeries OfVector(JsonElement series) => new(
        series.TryGetProperty("metric", out JsonElement labels) && labels.TryGetProperty("instance", out JsonElement instance) ? instance.GetString() ?? "" : "",
        Number(series.GetProperty("value")));

    // [seconds, "number"]
    private static double Number(JsonElement pair) =>
        ExpositionParser.TryNumber(pair[1].GetString() ?? "", out double number) ? number : throw new FormatException("a value is no number");

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";

    private static Fault Invalid(Uri server, string why) =>
        new(ErrorId.InvalidResponse, $"{server.Authority} answered, but not as a Prometheus server does: {why}.", "Check -Uri.");
}

/// <param name="Instance">The label of that name; empty where there is none.</param>
internal sealed record PromQlSeries(string Instance, double Value);
