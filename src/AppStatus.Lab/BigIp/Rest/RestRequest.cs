using System.Text.Json.Nodes;

namespace AppStatus.Lab.BigIp.Rest;

/// <summary>A call, taken apart. It can be kept and run later, which is what a transaction does.</summary>
/// <param name="Path">The segments after <c>/mgmt</c>, unescaped.</param>
/// <param name="Query">Options such as <c>$filter</c>.</param>
internal sealed record RestRequest(string Method, string[] Path, IReadOnlyDictionary<string, string> Query, JsonObject? Body)
{
    public bool IsRead => Method == "GET";

    public string JoinedPath => string.Join('/', Path);

    public JsonObject RequiredBody => Body ?? throw RestRefusal.Invalid("Found null JSON body");
}
