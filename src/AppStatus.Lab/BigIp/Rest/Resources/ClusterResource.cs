using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary><c>tm/cm</c>: which unit is active, and whether the others have the same configuration.</summary>
internal sealed class ClusterResource : IResource
{
    private const string SyncToGroup = "config-sync to-group ";

    public (DeviceState State, RestResponse Response) Handle(RestRequest request, string[] rest, DeviceView view) => (request.Method, rest) switch
    {
        ("GET", ["failover-status"]) => (view.State, Failover(view)),
        ("GET", ["sync-status"]) => (view.State, Sync(view)),
        ("GET", ["device"]) => (view.State, Devices(view)),
        ("GET", ["device-group"]) => (view.State, DeviceGroups(view)),
        ("POST", []) => Run(request, view),
        _ => throw RestRefusal.UnknownPath(request.JoinedPath),
    };

    private static RestResponse Failover(DeviceView view) => Document("failover-status", view, view.State.IsStandby
        ? Status("gray", "STANDBY", "1/1 standby")
        : Status("green", "ACTIVE", "1/1 active"));

    // The simulated device has no other unit beside it, not even in a group.
    private static RestResponse Devices(DeviceView view)
    {
        var state = view.State;
        var name = new FullPath($"/{FullPath.CommonPartition}/{state.HostName}");
        return RestResponse.Json(new JsonObject
        {
            ["kind"] = "tm:cm:device:devicecollectionstate",
            ["selfLink"] = view.Link("tm/cm/device"),
            ["items"] = new JsonArray(new JsonObject
            {
                ["kind"] = "tm:cm:device:devicestate",
                ["name"] = name.Name,
                ["partition"] = name.Partition,
                ["fullPath"] = name.Value,
                ["selfLink"] = view.Link($"tm/cm/device/{name.UrlSegment}"),
                ["failoverState"] = state.IsStandby ? "standby" : "active",
                ["hostname"] = state.HostName,
                ["selfDevice"] = "true",
                ["version"] = state.Version,
            }),
        });
    }

    // As a real unit of a group has them: the trust between devices is a group, too, and never one to synchronise.
    private static RestResponse DeviceGroups(DeviceView view)
    {
        var list = new JsonObject { ["kind"] = "tm:cm:device-group:device-groupcollectionstate", ["selfLink"] = view.Link("tm/cm/device-group") };
        if (view.State.DeviceGroup is { } ours)
        {
            list["items"] = new JsonArray(Group(new FullPath("/Common/device_trust_group"), "sync-only", view), Group(FullPath.Resolve(ours), "sync-failover", view));
        }

        return RestResponse.Json(list);
    }

    private static JsonObject Group(FullPath name, string type, DeviceView view) => new()
    {
        ["kind"] = "tm:cm:device-group:device-groupstate",
        ["name"] = name.Name,
        ["partition"] = name.Partition,
        ["fullPath"] = name.Value,
        ["selfLink"] = view.Link($"tm/cm/device-group/{name.UrlSegment}"),
        ["autoSync"] = "disabled",
        ["type"] = type,
    };

    private static RestResponse Sync(DeviceView view)
    {
        var state = view.State;
        var entries = state switch
        {
            { DeviceGroup: null } => Status("green", "Standalone", " "),
            { HasUnsyncedChanges: true } => Status("yellow", "Changes Pending", $"There is a possible change conflict between this device and the group {state.DeviceGroup}"),
            _ => Status("green", "In Sync", "All devices in the device group are in sync"),
        };
        entries["mode"] = Statistics.Text(state.DeviceGroup is null ? "standalone" : "high-availability");
        return Document("sync-status", view, entries);
    }

    private static (DeviceState State, RestResponse Response) Run(RestRequest request, DeviceView view)
    {
        var properties = new PropertyReader(request.RequiredBody);
        var command = properties.Text("command");
        var arguments = properties.Text("utilCmdArgs") ?? "";
        if (command != "run" || !arguments.StartsWith(SyncToGroup, StringComparison.Ordinal))
        {
            throw RestRefusal.InvalidProperty("command", command ?? "");
        }

        var group = arguments[SyncToGroup.Length..].Trim();
        if (view.State.DeviceGroup is not { } ours || FullPath.Resolve(group) != FullPath.Resolve(ours))
        {
            throw RestRefusal.NotFound($"device group ({FullPath.Resolve(group)})");
        }

        var answer = new JsonObject { ["kind"] = "tm:cm:runstate", ["command"] = "run", ["utilCmdArgs"] = arguments };
        return (view.State with { HasUnsyncedChanges = false }, RestResponse.Json(answer));
    }

    private static JsonObject Status(string color, string status, string summary) => new()
    {
        ["color"] = Statistics.Text(color),
        ["status"] = Statistics.Text(status),
        ["summary"] = Statistics.Text(summary),
    };

    private static RestResponse Document(string name, DeviceView view, JsonObject entries) => RestResponse.Json(Statistics.Document(
        $"tm:cm:{name}:{name}stats",
        view.Link($"tm/cm/{name}"),
        new JsonObject { [$"https://localhost/mgmt/tm/cm/{name}/0"] = Statistics.Nested("", null, entries) }));
}
