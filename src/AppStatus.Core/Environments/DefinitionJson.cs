using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppStatus.Core.Environments;

/// <summary>A definition as the parts of its environment carry it.</summary>
internal static class DefinitionJson
{
    private const string Withheld = "\u0001";

    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Without the values of variables, which may be secrets: a part's own are asked of it. Only what holds a placeholder, and so no secret, is kept.</summary>
    public static string Write(EnvironmentDefinition definition) => JsonSerializer.Serialize(
        definition with { Environment = definition.Environment.ToDictionary(variable => variable.Key, variable => HasPlaceholder(variable.Value) ? variable.Value : Withheld, StringComparer.Ordinal) }, Options);

    /// <summary>With them: for a file that nobody else may read.</summary>
    public static string WriteWhole(EnvironmentDefinition definition) => JsonSerializer.Serialize(definition, Options);

    /// <summary>The definition with the values that it was written without.</summary>
    /// <param name="variables">Of any of its instances: what holds no placeholder is the same in all.</param>
    public static EnvironmentDefinition Complete(EnvironmentDefinition definition, IReadOnlyDictionary<string, string> variables) => definition with
    {
        Environment = definition.Environment.ToDictionary(
            variable => variable.Key, variable => variable.Value != Withheld ? variable.Value : variables.TryGetValue(variable.Key, out string? value) ? value : "", StringComparer.Ordinal),
    };

    private static bool HasPlaceholder(string value) => EnvironmentDefinition.Placeholders.Any(placeholder => value.IndexOf(placeholder, StringComparison.Ordinal) >= 0);

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
