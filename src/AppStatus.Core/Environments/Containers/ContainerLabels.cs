namespace AppStatus.Core.Environments.Containers;

/// <summary>What a container of ours says of itself: nothing else is remembered of an environment.</summary>
internal static class ContainerLabels
{
    public const string Environment = "appstatus.environment", Part = "appstatus.part", Definition = "appstatus.definition", Image = "appstatus.image";

    /// <summary>For the engine's <c>--label-file</c>, a line each. The definition holds the values of variables, which are no business of whoever lists processes.</summary>
    public static string File(EnvironmentDefinition definition, string part, string image) =>
        $"{Environment}={definition.Name}\n{Part}={part}\n{Image}={image}\n{Definition}={DefinitionJson.Write(definition)}\n";
}
