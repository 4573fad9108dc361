using System.Globalization;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Configuration;

/// <summary>From the configuration to the device's own model.</summary>
internal static class InitialState
{
    /// <exception cref="FormatException">Something is written in no form that the device knows, or names what is not there.</exception>
    /// <exception cref="ArgumentException">Two things have one name.</exception>
    public static DeviceState From(BigIpConfiguration configuration)
    {
        var state = new DeviceState(configuration.HostName, configuration.Version) { DeviceGroup = configuration.DeviceGroup };
        state = configuration.Monitors.Select(ToMonitor).Aggregate(state, (s, monitor) => s with { Monitors = s.Monitors.Add(monitor.Name, monitor) });
        state = configuration.Pools.Aggregate(state, With);
        state = configuration.VirtualServers.Select(ToVirtualServer).Aggregate(state, (s, server) => s with { VirtualServers = s.VirtualServers.Add(server.Name, server) });
        RefuseMissing("monitor", state.Pools.Values.SelectMany(pool => pool.Monitor?.Monitors ?? []), state.Monitors.Keys);
        RefuseMissing("pool", state.VirtualServers.Values.Select(server => server.Pool).OfType<FullPath>(), state.Pools.Keys);
        return state;
    }

    public static DeviceState With(DeviceState state, PoolConfiguration configuration)
    {
        var members = configuration.Members.SelectMany(member => ToMembers(member, configuration.Partition)).ToArray();
        var pool = new Pool(FullPath.Resolve(configuration.Name, configuration.Partition))
        {
            Monitor = MonitorRule.Parse(configuration.Monitor, configuration.Partition),
            LoadBalancingMode = Pool.Modes.Contains(configuration.LoadBalancingMode)
                ? configuration.LoadBalancingMode
                : throw new FormatException($"The lab does {string.Join(", ", Pool.Modes)}, not '{configuration.LoadBalancingMode}'."),
            MinActiveMembers = configuration.MinActiveMembers,
            SlowRampTime = configuration.SlowRampTime,
        };
        pool = members.Aggregate(pool, (p, member) => p with { Members = p.Members.Add(member.Name, member) });
        state = members.Aggregate(state, (s, member) => s with { Nodes = s.Nodes.SetItem(member.Node, NodeOf(member)) });
        return state with { Pools = state.Pools.Add(pool.Name, pool) };
    }

    public static VirtualServer ToVirtualServer(VirtualServerConfiguration configuration) =>
        new(FullPath.Resolve(configuration.Name, configuration.Partition), new SocketName("127.0.0.1", configuration.Port))
        {
            Pool = configuration.Pool is null ? null : FullPath.Resolve(configuration.Pool, configuration.Partition),
            HasCookiePersistence = configuration.Persistence == "cookie",
            Rules = [.. configuration.Rules],
            Policies = [.. configuration.Policies.Select(policy => FullPath.Resolve(policy, configuration.Partition))],
        };

    public static Node NodeOf(PoolMember member) => new(member.Node, member.Address) { Fqdn = member.Fqdn, IsEphemeral = member.IsEphemeral };

    private static void RefuseMissing(string what, IEnumerable<FullPath> named, IEnumerable<FullPath> there)
    {
        var missing = named.Except(there).Select(name => name.Value).ToArray();
        if (missing.Length > 0)
        {
            throw new FormatException($"There is no {what} {string.Join(", ", missing)}.");
        }
    }

    private static HttpMonitor ToMonitor(MonitorConfiguration configuration) =>
        new(FullPath.Resolve(configuration.Name, configuration.Partition))
        {
            Send = configuration.Send ?? string.Create(CultureInfo.InvariantCulture, $@"GET {configuration.Path} HTTP/1.0\r\n\r\n"),
            Receive = configuration.Recv,
            Interval = TimeSpan.FromSeconds(configuration.Interval),
            Timeout = TimeSpan.FromSeconds(configuration.Timeout ?? (configuration.Interval * 3) + 1),
        };

    private static IEnumerable<PoolMember> ToMembers(MemberConfiguration configuration, string partition)
    {
        var address = Parse(configuration.Address);
        if (configuration.Fqdn is not { } fqdn)
        {
            yield return ToMember(configuration, partition, Parse(configuration.Name ?? configuration.Address), address);
            yield break;
        }

        yield return ToMember(configuration, partition, new SocketName(fqdn, address.Port), address) with { Address = PoolMember.TemplateAddress, Fqdn = fqdn };
        yield return ToMember(configuration, partition, address with { Host = $"_auto_{address.Host}" }, address) with { Fqdn = fqdn, IsEphemeral = true };
    }

    private static PoolMember ToMember(MemberConfiguration configuration, string partition, SocketName name, SocketName address) =>
        new(FullPath.Resolve(name.ToString(), partition), FullPath.Resolve(name.Host, partition), address.Host, address.Port)
        {
            Ratio = configuration.Ratio,
            PriorityGroup = configuration.PriorityGroup,
            Administrative = configuration.State switch
            {
                "enabled" => default,
                "disabled" => new AdministrativeState(SessionDisabled: true, ForcedDown: false),
                "offline" => new AdministrativeState(SessionDisabled: true, ForcedDown: true),
                _ => throw new FormatException($"The state of a member is enabled, disabled or offline, not '{configuration.State}'."),
            },
        };

    private static SocketName Parse(string text) =>
        SocketName.Parse(text) ?? throw new FormatException($"'{text}' is not HOST:PORT (or IPV6.PORT).");
}
