using System.Globalization;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary><c>tm/util/bash</c>: no shell, but the two files that clients read by it to tell what device they speak to.</summary>
internal sealed class ShellResource(TimeProvider time) : IResource
{
    private readonly long _started = time.GetTimestamp();

    public (DeviceState State, RestResponse Response) Handle(RestRequest request, string[] rest, DeviceView view)
    {
        if (request.Method != "POST" || rest.Length > 0)
        {
            throw RestRefusal.UnknownPath(request.JoinedPath);
        }

        var properties = new PropertyReader(request.RequiredBody);
        properties.Choice("command", "run");
        var arguments = properties.Text("utilCmdArgs") ?? "";
        var result = arguments switch
        {
            "-c \"cat /VERSION\"" => $"Product: BIG-IP\nVersion: {view.State.Version}\nBuild: 0.0.1\nEdition: Lab\n",
            "-c \"cat /proc/uptime\"" => string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_started).TotalSeconds:0.00} 0.00\n"),
            _ => throw RestRefusal.InvalidProperty("utilCmdArgs", arguments),
        };
        return (view.State, RestResponse.Json(new JsonObject { ["kind"] = "tm:util:bash:runstate", ["command"] = "run", ["utilCmdArgs"] = arguments, ["commandResult"] = result }));
    }
}
