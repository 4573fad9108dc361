using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary>The members of one pool.</summary>
internal sealed class MemberCollection(FullPath poolName)
    : ConfigurationCollection<PoolMember>($"tm/ltm/pool/{poolName.UrlSegment}/members", "tm:ltm:pool:members:members")
{
    private const string DefaultMonitor = "default";
    private const int LargestRatio = 100;

    public static DeviceState WithNodeOf(DeviceState state, PoolMember member) =>
        state.Nodes.ContainsKey(member.Node) ? state : state with { Nodes = state.Nodes.Add(member.Node, InitialState.NodeOf(member)) };

    /// <summary>A member of a pool's own list: a name, or an object.</summary>
    public PoolMember Parse(JsonNode? node, Pool pool, DeviceState state)
    {
        var properties = new PropertyReader(node as JsonObject ?? new JsonObject { ["name"] = node?.ToString() });
        var name = FullPath.Resolve(NewName(properties), properties.Text("partition") ?? pool.Name.Partition);
        return Change(pool.Members.GetValueOrDefault(name) ?? Create(name, properties), properties, state);
    }

    /// <summary>The members inside their pool's answer; null where there are none.</summary>
    public JsonNode? Expanded(DeviceView view)
    {
        var list = ToJson(view, new CollectionQuery(ImmutableDictionary<string, string>.Empty));
        return list.Remove("items", out var items) ? items : null;
    }

    protected override ImmutableSortedDictionary<FullPath, PoolMember> Items(DeviceState state) => PoolOf(state).Members;

    protected override DeviceState With(DeviceState state, ImmutableSortedDictionary<FullPath, PoolMember> items) =>
        state with { Pools = state.Pools.SetItem(poolName, PoolOf(state) with { Members = items }) };

    protected override PoolMember Create(FullPath name, PropertyReader properties)
    {
        var socket = SocketName.Parse(name.Name) ?? throw RestRefusal.InvalidProperty("name", name.Name);
        var node = FullPath.Resolve(socket.Host, name.Partition);
        if (properties.Nested("fqdn")?.Text("tmName") is { } fqdn)
        {
            return new PoolMember(name, node, PoolMember.TemplateAddress, socket.Port) { Fqdn = fqdn };
        }

        var address = properties.Text("address") ?? (socket.IsAddress ? socket.Host : null);
        return address is not null
            ? new PoolMember(name, node, address, socket.Port)
            : throw RestRefusal.Conflict($"01070734:3: Configuration error: invalid node address for ({node}); specify \"address\" or \"fqdn\".");
    }

    protected override PoolMember Reset(PoolMember item) =>
        new(item.Name, item.Node, item.Address, item.Port) { Fqdn = item.Fqdn, IsEphemeral = item.IsEphemeral };

    protected override PoolMember Change(PoolMember item, PropertyReader properties, DeviceState state) => WithMonitor(item, properties.Text("monitor"), state) with
    {
        Administrative = AdministrativeStateFormat.Change(item.Administrative, properties),
        Ratio = properties.Number("ratio", 1, LargestRatio) ?? item.Ratio,
        PriorityGroup = properties.Number("priorityGroup", 0, ushort.MaxValue) ?? item.PriorityGroup,
        ConnectionLimit = properties.Number("connectionLimit", 0, int.MaxValue) ?? item.ConnectionLimit,
        Description = properties.Text("description") ?? item.Description,
    };

    protected override DeviceState AfterCreate(DeviceState state, PoolMember item) => WithNodeOf(state, item);

    protected override void RefuseDelete(DeviceState state, FullPath name, PoolMember item)
    {
        if (item.IsEphemeral)
        {
            throw RestRefusal.Conflict($"01070996:3: Ephemeral pool member ({name}) cannot be deleted; delete its template.");
        }
    }

    protected override string Describe(FullPath name) => SocketName.Parse(name.Name) is { } socket
        ? $"Pool Member ({poolName} /{name.Partition}/{socket.Host} {socket.Port})"
        : $"Pool Member ({poolName} {name})";

    // Version 11 finds a member of any name, only without an address.
    protected override RestResponse Missing(FullPath name, DeviceView view) =>
        view.State.IsVersion11 ? RestResponse.Json(Heading(name, view)) : base.Missing(name, view);

    protected override JsonObject ToJson(FullPath name, PoolMember item, DeviceView view, CollectionQuery query)
    {
        var health = view.Health.Of(PoolOf(view.State), item);
        var json = Heading(name, view);
        json["address"] = item.Address;
        json["connectionLimit"] = item.ConnectionLimit;
        if (item.Description is not null)
        {
            json["description"] = item.Description;
        }

        json["dynamicRatio"] = 1;
        json["ephemeral"] = item.IsEphemeral ? "true" : "false";
        json["fqdn"] = item.Fqdn is null
            ? new JsonObject { ["autopopulate"] = "disabled" }
            : new JsonObject { ["autopopulate"] = "enabled", ["tmName"] = item.Fqdn };
        json["inheritProfile"] = "enabled";
        json["logging"] = "disabled";
        json["monitor"] = item.HasOwnMonitor ? item.Monitor?.ToString() ?? "none" : DefaultMonitor;
        json["priorityGroup"] = item.PriorityGroup;
        json["rateLimit"] = "disabled";
        json["ratio"] = item.Ratio;
        json["session"] = AdministrativeStateFormat.Session(item.Administrative, health);
        json["state"] = item is { IsTemplate: true, Administrative.ForcedDown: false } ? "fqdn-up" : AdministrativeStateFormat.State(item.Administrative, health);
        return json;
    }

    protected override JsonObject StatisticsOf(FullPath name, PoolMember item, DeviceView view)
    {
        var pool = PoolOf(view.State);
        var health = view.Health.Of(pool, item);
        var counters = view.CountersOf(new MemberKey(poolName, name));
        var entries = new JsonObject
        {
            ["addr"] = Statistics.Text(item.Address),
            ["curSessions"] = Statistics.Value(counters.Current),
            ["monitorRule"] = Statistics.Text(pool.MonitorOf(item) is { } rule ? $"{rule} (default monitor)" : "none"),
            ["monitorStatus"] = Statistics.Text(item.Administrative.ForcedDown ? "forced-down" : AdministrativeStateFormat.Word(health)),
            ["nodeName"] = Statistics.Text(item.Node.Value),
            ["poolName"] = Statistics.Text(poolName.Value),
            ["port"] = Statistics.Value(item.Port),
            ["serverside.curConns"] = Statistics.Value(counters.Current),
            ["serverside.maxConns"] = Statistics.Value(counters.Maximum),
            ["serverside.totConns"] = Statistics.Value(counters.Total),
            ["sessionStatus"] = Statistics.Text(item.Administrative.SessionDisabled ? "user-disabled" : "enabled"),
            ["totRequests"] = Statistics.Value(counters.Total),
        };
        MemberStatus.AddTo(entries, item, health, view.State);
        return entries;
    }

    private Pool PoolOf(DeviceState state) =>
        state.Pools.GetValueOrDefault(poolName) ?? throw RestRefusal.NotFound($"Pool ({poolName})");

    private static PoolMember WithMonitor(PoolMember item, string? text, DeviceState state) => text?.Trim() switch
    {
        null => item,
        DefaultMonitor => item with { HasOwnMonitor = false, Monitor = null },
        var rule => item with { HasOwnMonitor = true, Monitor = MonitorReferences.Resolve(rule, item.Name.Partition, state) },
    };
}
