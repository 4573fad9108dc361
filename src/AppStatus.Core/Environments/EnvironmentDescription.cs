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
            string? difference = name == nameof(asked.Environment) ? Variables(asked.Environment, there.Environment) : Texts(name, Text(asked, name), Text(there, name), open: ports.Contains(name));
            if (difference is null) continue;
            return new Fault(
                ErrorId.EnvironmentDiffers, $"Environment {there.Name} exists with {difference} asked for. Nothing was touched.",
                $"Leave it as it is, or type Stop-AppEnvironment {there.Name} first.");
        }

        return null;
    }

    /// <param name="open">0 leaves it open.</param>
    private static string? Texts(string name, string asked, string there, bool open) => asked == there || (open && asked == "0") ? null : $"{name} {there}, and {asked} was";

    // By name: a hashtable has no order, and a value may be a secret.
    private static string? Variables(IReadOnlyDictionary<string, string> asked, IReadOnlyDictionary<string, string> there)
    {
        string[] others = [.. asked.Keys.Union(there.Keys, StringComparer.Ordinal).Where(name => !asked.TryGetValue(name, out string? one) || !there.TryGetValue(name, out string? other) || one != other)];
        return others.Length == 0 ? null : $"other values of {string.Join(", ", others.OrderBy(name => name, StringComparer.Ordinal))} in Environment than were";
    }

    private static string Text(EnvironmentDefinition definition, string property) =>
        System.Text.Json.JsonSerializer.Serialize(typeof(EnvironmentDefinition).GetProperty(property)!.GetValue(definition)).Trim('"');
}
