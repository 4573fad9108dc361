using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary><c>tm/sys</c>: the version, the clock, what is provisioned, and saving the configuration.</summary>
internal sealed class SystemResource(TimeProvider time) : IResource
{
    public (DeviceState State, RestResponse Response) Handle(RestRequest request, string[] rest, DeviceView view) => (request.Method, rest) switch
    {
        // Clients read the device's version out of this link (f5_modules of Ansible, for one).
        ("GET", []) => (view.State, RestResponse.Json(new JsonObject { ["kind"] = "tm:sys:syscollectionstate", ["selfLink"] = view.Link("tm/sys") })),
        ("GET", ["provision"]) => (view.State, Provision(view)),
        ("GET", ["version"]) => (view.State, Document("version", view, new JsonObject
        {
            ["Build"] = Statistics.Text("0.0.1"),
            ["Product"] = Statistics.Text("BIG-IP"),
            ["Title"] = Statistics.Text("Main Package"),
            ["Version"] = Statistics.Text(view.State.Version),
        })),
        ("GET", ["clock"]) => (view.State, Document("clock", view, new JsonObject { ["fullDate"] = Statistics.Text(time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)) })),
        ("GET", ["hardware"]) => (view.State, Hardware(view)),
        ("POST", ["config"]) => Run(request, view),
        _ => throw RestRefusal.UnknownPath(request.JoinedPath),
    };

    private static RestResponse Hardware(DeviceView view) => RestResponse.Json(Statistics.Document("tm:sys:hardware:hardwarestats", view.Link("tm/sys/hardware"), new JsonObject
    {
        ["https://localhost/mgmt/tm/sys/hardware/platform"] = One("platform", new JsonObject { ["baseMac"] = Statistics.Text("02:00:00:00:00:01"), ["marketingName"] = Statistics.Text("BIG-IP Virtual Edition") }),
        ["https://localhost/mgmt/tm/sys/hardware/system-info"] = One("system-info", new JsonObject { ["bigipChassisSerialNum"] = Statistics.Text("lab"), ["platform"] = Statistics.Text("Z100") }),
    }));

    private static JsonObject One(string part, JsonObject entries) =>
        Statistics.Nested("", null, new JsonObject { [$"https://localhost/mgmt/tm/sys/hardware/{part}/0"] = Statistics.Nested("", null, entries) });

    private static RestResponse Provision(DeviceView view) => RestResponse.Json(new JsonObject
    {
        ["kind"] = "tm:sys:provision:provisioncollectionstate",
        ["selfLink"] = view.Link("tm/sys/provision"),
        ["items"] = new JsonArray(new JsonObject
        {
            ["kind"] = "tm:sys:provision:provisionstate",
            ["name"] = "ltm",
            ["fullPath"] = "ltm",
            ["selfLink"] = view.Link("tm/sys/provision/ltm"),
            ["level"] = "nominal",
        }),
    });

    private static (DeviceState State, RestResponse Response) Run(RestRequest request, DeviceView view)
    {
        var command = new PropertyReader(request.RequiredBody).Text("command");
        return command == "save"
            ? (view.State with { HasUnsavedChanges = false }, RestResponse.Json(new JsonObject { ["kind"] = "tm:sys:config:savestate", ["command"] = "save" }))
            : throw RestRefusal.InvalidProperty("command", command ?? "");
    }

    private static RestResponse Document(string name, DeviceView view, JsonObject entries) => RestResponse.Json(Statistics.Document(
        $"tm:sys:{name}:{name}stats",
        view.Link($"tm/sys/{name}"),
        new JsonObject { [$"https://localhost/mgmt/tm/sys/{name}/0"] = Statistics.Nested("", null, entries) }));
}
