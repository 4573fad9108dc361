using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary><c>tm/ltm/profile</c> and <c>tm/ltm/message-routing</c>: the profiles that every device is delivered with. Clients look up what kind one is of.</summary>
internal sealed class ProfileResource(string path) : IResource
{
    private static readonly Dictionary<string, string[]> Delivered = new(StringComparer.Ordinal)
    {
        ["tm/ltm/profile/tcp"] = ["tcp", "tcp-lan-optimized", "tcp-wan-optimized"],
        ["tm/ltm/profile/http"] = ["http"],
        ["tm/ltm/profile/udp"] = ["udp"],
        ["tm/ltm/profile/one-connect"] = ["oneconnect"],
        ["tm/ltm/profile/fastl4"] = ["fastL4"],
        ["tm/ltm/profile/fasthttp"] = ["fasthttp"],
        ["tm/ltm/profile/client-ssl"] = ["clientssl"],
        ["tm/ltm/profile/server-ssl"] = ["serverssl"],
        ["tm/ltm/profile/diameter"] = ["diameter"],
        ["tm/ltm/profile/sip"] = ["sip"],
        ["tm/ltm/profile/dhcpv4"] = ["dhcpv4"],
        ["tm/ltm/profile/dhcpv6"] = ["dhcpv6"],
        ["tm/ltm/message-routing/sip/profile/session"] = ["sipsession"],
    };

    public static bool Exists(FullPath name) => name.Partition == FullPath.CommonPartition && Delivered.Values.Any(names => names.Contains(name.Name));

    public (DeviceState State, RestResponse Response) Handle(RestRequest request, string[] rest, DeviceView view)
    {
        var asked = $"{path}/{string.Join('/', rest)}";
        return request.IsRead && Delivered.TryGetValue(asked, out var names)
            ? (view.State, RestResponse.Json(ToJson(asked, names, view)))
            : throw RestRefusal.UnknownPath(request.JoinedPath);
    }

    private static JsonObject ToJson(string at, string[] names, DeviceView view)
    {
        var kind = at.Replace('/', ':');
        return new JsonObject
        {
            ["kind"] = $"{kind}:{at[(at.LastIndexOf('/') + 1)..]}collectionstate",
            ["selfLink"] = view.Link(at),
            ["items"] = new JsonArray([.. names.Select(name => (JsonNode)new JsonObject
            {
                ["kind"] = $"{kind}:{at[(at.LastIndexOf('/') + 1)..]}state",
                ["name"] = name,
                ["partition"] = FullPath.CommonPartition,
                ["fullPath"] = FullPath.Resolve(name).Value,
                ["selfLink"] = view.Link($"{at}/{FullPath.Resolve(name).UrlSegment}"),
            })]),
        };
    }
}
