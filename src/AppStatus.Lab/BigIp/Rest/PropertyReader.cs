using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AppStatus.Lab.BigIp.Rest;

/// <summary>Reads the properties of a body, and knows whether any was of use: a change that names none is an error on the device.</summary>
internal sealed class PropertyReader(JsonObject body)
{
    private bool _hasRecognised;

    public string? Text(string name)
    {
        if (!body.TryGetPropertyValue(name, out var node) || node is null)
        {
            return null;
        }

        _hasRecognised = true;
        return node.GetValueKind() is JsonValueKind.Object or JsonValueKind.Array
            ? throw RestRefusal.InvalidProperty(name, node.ToJsonString())
            : node.ToString();
    }

    public int? Number(string name, int minimum, int maximum)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : throw RestRefusal.InvalidProperty(name, text);
    }

    /// <summary>One of the values that may be written; what was read elsewhere may not be among them.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> allowed)
    {
        var text = Text(name);
        return text is null || allowed.Contains(text) ? text : throw RestRefusal.InvalidProperty(name, text);
    }

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => throw RestRefusal.InvalidProperty(name, text),
    };

    public JsonArray? List(string name)
    {
        if (!body.TryGetPropertyValue(name, out var node) || node is null)
        {
            return null;
        }

        _hasRecognised = true;
        return node is JsonArray list ? list : throw RestRefusal.InvalidProperty(name, node.ToJsonString());
    }

    public PropertyReader? Nested(string name)
    {
        if (!body.TryGetPropertyValue(name, out var node) || node is null)
        {
            return null;
        }

        _hasRecognised = true;
        return node is JsonObject nested ? new PropertyReader(nested) : throw RestRefusal.InvalidProperty(name, node.ToJsonString());
    }

    public void RequireAny()
    {
        if (!_hasRecognised)
        {
            throw new RestRefusal(400, "one or more properties must be specified", 2);
        }
    }
}
