using System.Text.Json;

namespace AppStatus.Core.Environments.Processes;

/// <summary>The configuration file of the lab's BIG-IP simulator: one pool behind one virtual server, its monitor reading the status.</summary>
internal static class BigIpConfiguration
{
    public const string VirtualServer = "vs_app";

    public static string Of(EnvironmentDefinition definition) => JsonSerializer.Serialize(new
    {
        port = definition.AdminPort,
        user = ProcessHost.AdminUser,
        password = ProcessHost.AdminPassword,
        monitors = new[] { new { name = "status", path = definition.StatusPath, recv = definition.Expect, interval = 0.2 } },
        pools = new[]
        {
            new
            {
                name = definition.Backend,
                monitor = "status",
                loadBalancingMode = "ratio-member",
                members = definition.InstanceNames.Select(name => new { name = FormattableString.Invariant($"{name}:{definition.PortOf(name)}"), address = FormattableString.Invariant($"{definition.Address}:{definition.PortOf(name)}") }),
            },
        },
        virtualServers = new[] { new { name = VirtualServer, pool = definition.Backend, port = definition.Port } },
    });
}
