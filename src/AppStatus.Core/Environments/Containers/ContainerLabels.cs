namespace AppStatus.Core.Environments.Containers;

/// <summary>What a container of ours says of itself: nothing else is remembered of an environment.</summary>
internal static class ContainerLabels
{
    public const string Environment = "appstatus.environment", Part = "appstatus.part", Definition = "appstatus.definition", Image = "appstatus.image";

    public static IReadOnlyDictionary<string, string> Of(EnvironmentDefinition definition, string part, string image) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Environment] = definition.Name,
        [Part] = part,
        [Image] = image,
        [Definition] = DefinitionJson.Write(definition),
    };
}
