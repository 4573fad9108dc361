using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary>The collections below a virtual server: its profiles and its local traffic policies.</summary>
internal static class VirtualServerParts
{
    /// <summary>In a list they are named by a text, or by an object with <c>name</c> and perhaps <c>partition</c>.</summary>
    /// <exception cref="RestRefusal">It names nothing.</exception>
    public static FullPath NameOf(JsonNode? entry, string partition)
    {
        if (entry is JsonObject named)
        {
            var properties = new PropertyReader(named);
            return FullPath.Resolve(properties.Text("fullPath") ?? properties.Text("name") ?? throw RestRefusal.Invalid("An entry of the list has no \"name\"."), properties.Text("partition") ?? partition);
        }

        return FullPath.Resolve(entry?.ToString() ?? throw RestRefusal.Invalid("An entry of the list is null."), partition);
    }

    public static AttachedProfile ProfileOf(JsonNode? entry, string partition)
    {
        var name = NameOf(entry, partition);
        if (!ProfileResource.Exists(name))
        {
            throw RestRefusal.NotFound($"profile ({name})");
        }

        var context = entry is JsonObject named ? new PropertyReader(named).Choice("context", AttachedProfile.AllSides, "clientside", "serverside") : null;
        return new AttachedProfile(name, context ?? AttachedProfile.AllSides);
    }

    public static JsonObject Profiles(string path, VirtualServer server, DeviceView view) => List(path, "profiles", server, view, server.Profiles.Select(profile =>
    {
        var json = Entry(path, "profiles", server, profile.Name, view);
        json["context"] = profile.Context;
        return json;
    }));

    public static JsonObject Policies(string path, VirtualServer server, DeviceView view) =>
        List(path, "policies", server, view, server.Policies.Select(policy => Entry(path, "policies", server, policy, view)));

    /// <summary>The link to the collection; with what is in it where that was asked for.</summary>
    public static JsonObject Reference(
        string path, string part, VirtualServer server, DeviceView view, CollectionQuery query, Func<string, VirtualServer, DeviceView, JsonObject> read)
    {
        var reference = new JsonObject { ["link"] = view.Link($"{path}/{server.Name.UrlSegment}/{part}"), ["isSubcollection"] = true };
        if (query.ExpandsSubcollections && read(path, server, view)["items"]?.DeepClone() is { } items)
        {
            reference["items"] = items;
        }

        return reference;
    }

    private static JsonObject List(string path, string part, VirtualServer server, DeviceView view, IEnumerable<JsonObject> entries)
    {
        var list = new JsonObject { ["kind"] = $"tm:ltm:virtual:{part}:{part}collectionstate", ["selfLink"] = view.Link($"{path}/{server.Name.UrlSegment}/{part}") };
        var items = entries.ToArray<JsonNode>();
        if (items.Length > 0)
        {
            list["items"] = new JsonArray(items);
        }

        return list;
    }

    private static JsonObject Entry(string path, string part, VirtualServer server, FullPath name, DeviceView view) => new()
    {
        ["kind"] = $"tm:ltm:virtual:{part}:{part}state",
        ["name"] = name.Name,
        ["partition"] = name.Partition,
        ["fullPath"] = name.Value,
        ["selfLink"] = view.Link($"{path}/{server.Name.UrlSegment}/{part}/{name.UrlSegment}"),
    };
}
