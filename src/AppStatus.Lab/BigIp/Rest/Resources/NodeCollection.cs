using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

internal sealed class NodeCollection() : ConfigurationCollection<Node>("tm/ltm/node", "tm:ltm:node:node")
{
    protected override ImmutableSortedDictionary<FullPath, Node> Items(DeviceState state) => state.Nodes;

    protected override DeviceState With(DeviceState state, ImmutableSortedDictionary<FullPath, Node> items) => state with { Nodes = items };

    protected override Node Create(FullPath name, PropertyReader properties)
    {
        var fqdn = properties.Nested("fqdn")?.Text("tmName");
        var address = fqdn is not null ? PoolMember.TemplateAddress : properties.Text("address");
        return new Node(name, address ?? throw RestRefusal.Invalid("The node needs \"address\" or \"fqdn\".")) { Fqdn = fqdn };
    }

    protected override Node Reset(Node item) => new(item.Name, item.Address) { Fqdn = item.Fqdn, IsEphemeral = item.IsEphemeral };

    protected override string Describe(FullPath name) => $"Node ({name})";

    protected override Node Change(Node item, PropertyReader properties, DeviceState state) => item with
    {
        Administrative = AdministrativeStateFormat.Change(item.Administrative, properties),
        Ratio = properties.Number("ratio", 1, 100) ?? item.Ratio,
        Description = properties.Text("description") ?? item.Description,
    };

    protected override void RefuseDelete(DeviceState state, FullPath name, Node item)
    {
        if (state.Pools.Values.Any(pool => pool.Members.Values.Any(member => member.Node == name)))
        {
            throw RestRefusal.Conflict($"01070110:3: Node address '{name}' is referenced by a member of a pool.");
        }
    }

    protected override JsonObject ToJson(FullPath name, Node item, DeviceView view, CollectionQuery query)
    {
        var json = Heading(name, view);
        json["address"] = item.Address;
        if (item.Description is not null)
        {
            json["description"] = item.Description;
        }

        json["ephemeral"] = item.IsEphemeral ? "true" : "false";
        if (item.Fqdn is not null)
        {
            json["fqdn"] = new JsonObject { ["autopopulate"] = "enabled", ["tmName"] = item.Fqdn };
        }

        json["monitor"] = "default";
        json["ratio"] = item.Ratio;
        json["session"] = AdministrativeStateFormat.Session(item.Administrative, MemberHealth.Unchecked);
        json["state"] = AdministrativeStateFormat.State(item.Administrative, MemberHealth.Unchecked);
        return json;
    }

    protected override JsonObject StatisticsOf(FullPath name, Node item, DeviceView view)
    {
        var counters = view.State.Pools.Values
            .SelectMany(pool => pool.Members.Values.Where(member => member.Node == name).Select(member => view.CountersOf(new MemberKey(pool.Name, member.Name))))
            .ToArray();
        var entries = new JsonObject
        {
            ["addr"] = Statistics.Text(item.Address),
            ["tmName"] = Statistics.Text(name.Value),
            ["serverside.curConns"] = Statistics.Value(counters.Sum(counter => counter.Current)),
            ["serverside.totConns"] = Statistics.Value(counters.Sum(counter => counter.Total)),
            ["sessionStatus"] = Statistics.Text(item.Administrative.SessionDisabled ? "user-disabled" : "enabled"),
        };
        entries["monitorRule"] = Statistics.Text("none");
        entries["monitorStatus"] = Statistics.Text("unchecked");
        Statistics.AddStatus(
            entries,
            item.Administrative.ForcedDown ? "offline" : "unknown",
            item.Administrative.TakesNew ? "enabled" : "disabled",
            item.Administrative.ForcedDown ? "Forced down" : "Node address does not have service checking enabled");
        return entries;
    }
}
