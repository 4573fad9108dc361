using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary><c>tm/net/tunnels</c>: the profiles that every device has; Ansible's modules for members look them up.</summary>
internal sealed class TunnelResource : IResource
{
    private static readonly string[] Kinds = ["gre", "ipip"];

    public (DeviceState State, RestResponse Response) Handle(RestRequest request, string[] rest, DeviceView view) => rest switch
    {
        [var kind] when request.IsRead && Kinds.Contains(kind) => (view.State, RestResponse.Json(ToJson(kind, view))),
        _ => throw RestRefusal.UnknownPath(request.JoinedPath),
    };

    private static JsonObject ToJson(string kind, DeviceView view)
    {
        var name = FullPath.Resolve(kind);
        return new JsonObject
        {
            ["kind"] = $"tm:net:tunnels:{kind}:{kind}collectionstate",
            ["selfLink"] = view.Link($"tm/net/tunnels/{kind}"),
            ["items"] = new JsonArray(new JsonObject
            {
                ["kind"] = $"tm:net:tunnels:{kind}:{kind}state",
                ["name"] = name.Name,
                ["partition"] = name.Partition,
                ["fullPath"] = name.Value,
                ["selfLink"] = view.Link($"tm/net/tunnels/{kind}/{name.UrlSegment}"),
            }),
        };
    }
}
