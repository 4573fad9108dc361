using System.Globalization;
using AppStatus.Core.Containers;

namespace AppStatus.Core.Environments;

/// <summary>What one application instance is started with: its variables and arguments, with the placeholders replaced.</summary>
internal sealed record PartSettings(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Arguments)
{
    /// <summary>The variables that every instance gets; AddAppStatus() of AppStatus.AspNetCore reads them by itself.</summary>
    public const string ReleaseVariable = "APPSTATUS_RELEASE", StatusVariable = "APPSTATUS_STATUS", NameVariable = "APPSTATUS_NAME", RedisVariable = "APPSTATUS_REDIS", PortVariable = "PORT";

    /// <param name="port">Where it listens, as it sees it.</param>
    /// <param name="redis">The environment's Redis, as it sees it; empty: there is none.</param>
    public static PartSettings Of(EnvironmentDefinition definition, string instance, ImageReference image, string status, int port, string redis)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["{Name}"] = instance,
            ["{Port}"] = port.ToString(CultureInfo.InvariantCulture),
            ["{Tag}"] = image.Tag,
            ["{Status}"] = status,
            ["{Redis}"] = redis,
            ["{Environment}"] = definition.Name,
        };
        string Filled(string text) => values.Aggregate(text, (filled, value) => filled.Replace(value.Key, value.Value));

        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [PortVariable] = values["{Port}"],
            [NameVariable] = instance,
            [ReleaseVariable] = image.Tag,
            [StatusVariable] = status,
        };
        if (redis.Length > 0) variables[RedisVariable] = redis;
        foreach (KeyValuePair<string, string> variable in definition.Environment) variables[variable.Key] = Filled(variable.Value);
        return new PartSettings(variables, [.. definition.Arguments.Select(Filled)]);
    }
}
