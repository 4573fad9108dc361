using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments;

/// <summary>An environment with what only its balancer and its engine can tell: members, load, and the releases to go back to.</summary>
internal static class EnvironmentDescription
{
    /// <param name="connection">To its balancer; null: it is not reached, and the members are left out.</param>
    public static async Task<AppEnvironment> ReadAsync(FoundEnvironment found, EnvironmentConnection? connection, CancellationToken cancellationToken)
    {
        AppEnvironment plain = found.Describe();
        Task<IReadOnlyList<string>> tags = found.Host.TagsAsync(plain.Image, cancellationToken);
        IReadOnlyList<PoolMember> members = connection is null ? [] : await connection.ReadAsync(found.Definition, cancellationToken).ConfigureAwait(false);
        return plain with
        {
            Releases = (await tags.ConfigureAwait(false)).ToArray(),
            Members = members.ToArray(),
            Instances = plain.Instances.Select(instance => members.FirstOrDefault(member => member.Port == instance.Port) is { } member
                ? instance with { Requests = member.Requests, Errors = member.Errors }
                : instance).ToArray(),
        };
    }

    /// <summary>Why a definition that was asked for can't be that of an environment that exists; null: it can.</summary>
    /// <param name="named">The properties that were asked for by name.</param>
    public static Fault? Difference(EnvironmentDefinition asked, IEnumerable<string> named, EnvironmentDefinition there)
    {
        string[] open = [nameof(asked.Name), nameof(asked.Engine), nameof(asked.Image)];
        string[] ports = [nameof(asked.Port), nameof(asked.AdminPort), nameof(asked.FirstPort), nameof(asked.RedisPort)];
        foreach (string name in named.Except(open, StringComparer.Ordinal))
        {
            (string one, string other) = (Text(asked, name), Text(there, name));
            if (one == other || (ports.Contains(name) && one == "0")) continue;
            // The values of variables are nobody's to see.
            string difference = name == nameof(asked.Environment) ? $"another {name} than was asked for" : $"{name} {other}, and {one} was asked for";
            return new Fault(
                ErrorId.EnvironmentDiffers, $"Environment {there.Name} exists with {difference}. Nothing was touched.",
                $"Leave it as it is, or type Stop-AppEnvironment {there.Name} first.");
        }

        return null;
    }

    private static string Text(EnvironmentDefinition definition, string property)
    {
        object? value = typeof(EnvironmentDefinition).GetProperty(property)!.GetValue(definition);
        // In whatever order they were written.
        if (value is IReadOnlyDictionary<string, string> map) value = map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new[] { pair.Key, pair.Value });
        return System.Text.Json.JsonSerializer.Serialize(value).Trim('"');
    }
}
