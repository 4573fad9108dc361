using AppStatus.Core.Balancers;

namespace AppStatus.Core.Environments;

/// <summary>Where the parts of an environment are reached from this machine.</summary>
internal static class EnvironmentAddresses
{
    /// <summary>The list that the lab's proxy goes round.</summary>
    public const string TableKey = "servers";

    public static Uri Balancer(EnvironmentDefinition definition) => definition.Balancer switch
    {
        EnvironmentBalancer.F5 => new UriBuilder(Uri.UriSchemeHttps, definition.AdminAddress, definition.AdminPort).Uri,
        EnvironmentBalancer.RedisTable => Redis(definition),
        _ => new Uri(FormattableString.Invariant($"tcp://{definition.AdminAddress}:{definition.AdminPort}")),
    };

    public static Uri Redis(EnvironmentDefinition definition) => new(FormattableString.Invariant($"redis://{definition.Address}:{definition.RedisPort}/0"));

    public static Uri Instance(EnvironmentDefinition definition, string instance) => InstanceUri.Of(definition.Address, definition.PortOf(instance));
}
