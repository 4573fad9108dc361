using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppStatus.Core.Environments;

/// <summary>A definition as the parts of its environment carry it.</summary>
internal static class DefinitionJson
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() } };

    public static string Write(EnvironmentDefinition definition) => JsonSerializer.Serialize(definition, Options);

    /// <summary>Null where it is none of ours, or of a version that wrote something else.</summary>
    public static EnvironmentDefinition? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<EnvironmentDefinition>(text, Options) is { Name: not null, Ports: { } ports } definition && ports.Count == definition.Instances && ports.Count > 0 ? definition : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
