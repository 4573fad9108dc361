using System.Globalization;
using AppStatus.Core.Containers;

namespace AppStatus.Core.Environments.Containers;

/// <summary>The arguments with which each part's container is made. Values of variables are not among them: whoever lists processes would see them; nor are the labels, which hold them, too.</summary>
internal static class ContainerArguments
{
    private const int RedisPort = 6379;

    /// <summary>Where HAProxy's own image has its configuration.</summary>
    public const string HAProxyConfigurationPath = "/usr/local/etc/haproxy/haproxy.cfg";

    /// <summary>The container's name; a replacement has one of its own until it stands in for the old one.</summary>
    public static string NameOf(string environment, string part) => $"{environment}-{part}";

    public static string ReplacementOf(string container) => $"{container}-next";

    public static string NetworkOf(string environment) => $"appstatus-{environment}";

    /// <summary>What the instance is started with.</summary>
    public static PartSettings Settings(EnvironmentDefinition definition, string part, ImageReference image, string status)
    {
        string redis = !definition.NeedsRedis ? "" : definition.OnHostNetwork
            ? EnvironmentAddresses.Redis(definition).ToString()
            : FormattableString.Invariant($"redis://{EnvironmentPart.RedisName}:{RedisPort}/0");
        return PartSettings.Of(definition, part, image, status, definition.OnHostNetwork ? definition.PortOf(part) : definition.ContainerPort, redis);
    }

    /// <param name="labels">A file with the labels.</param>
    /// <param name="variables">A file with the variables: neither on the command line, where whoever lists processes sees them, nor in the engine's own environment, where they would mean something to it.</param>
    public static IReadOnlyList<string> Instance(EnvironmentDefinition definition, string part, string container, string labels, ImageReference image, PartSettings settings, string variables) =>
    [
        .. Create(container, labels),
        .. Network(definition, part, definition.PortOf(part), definition.ContainerPort),
        "--env-file", variables,
        .. definition.RunArguments,
        image.ToString(),
        .. settings.Arguments,
    ];

    public static IReadOnlyList<string> Redis(EnvironmentDefinition definition, string container, string labels) =>
    [
        .. Create(container, labels),
        .. Network(definition, EnvironmentPart.RedisName, definition.RedisPort, RedisPort),
        .. definition.RunArguments,
        definition.RedisImage,
        // What it holds goes with it; on a network of its own the other containers come from other addresses.
        "redis-server", "--save", "", "--appendonly", "no", "--protected-mode", definition.OnHostNetwork ? "yes" : "no",
        .. definition.OnHostNetwork ? new[] { "--bind", definition.Address, "--port", Text(definition.RedisPort) } : [],
    ];

    // It reaches the instances by their published ports, which stay when an instance's container is replaced, as its address does not.
    public static IReadOnlyList<string> HAProxy(EnvironmentDefinition definition, string container, string labels) =>
    [
        .. Create(container, labels),
        "--network", "host",
        .. definition.RunArguments,
        definition.BalancerImage,
        "haproxy", "-W", "-db", "-f", HAProxyConfigurationPath,
    ];

    private static IEnumerable<string> Create(string container, string labels) => ["create", "--name", container, "--label-file", labels];

    private static IEnumerable<string> Network(EnvironmentDefinition definition, string part, int published, int inside) => definition.OnHostNetwork
        ? ["--network", "host"]
        :
        [
            "--network", NetworkOf(definition.Name), "--network-alias", part,
            "--publish", $"{definition.Address}:{Text(published)}:{Text(inside)}",
        ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
