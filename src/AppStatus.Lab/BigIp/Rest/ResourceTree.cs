using AppStatus.Lab.BigIp.Model;
using AppStatus.Lab.BigIp.Rest.Resources;

namespace AppStatus.Lab.BigIp.Rest;

/// <summary>Finds the branch that a path belongs to.</summary>
internal sealed class ResourceTree(TimeProvider time)
{
    private readonly (string[] Prefix, IResource Resource)[] _branches =
    [
        (["tm", "ltm", "pool"], new PoolCollection()),
        (["tm", "ltm", "node"], new NodeCollection()),
        (["tm", "ltm", "virtual"], new VirtualServerCollection()),
        (["tm", "ltm", "monitor", "http"], new HttpMonitorCollection()),
        (["tm", "ltm", "profile"], new ProfileResource("tm/ltm/profile")),
        (["tm", "ltm", "message-routing"], new ProfileResource("tm/ltm/message-routing")),
        (["tm", "util", "bash"], new ShellResource(time)),
        (["tm", "net", "tunnels"], new TunnelResource()),
        (["tm", "sys"], new SystemResource(time)),
        (["tm", "cm"], new ClusterResource()),
    ];

    /// <exception cref="RestRefusal">The device says no, or knows no such path.</exception>
    public (DeviceState State, RestResponse Response) Handle(RestRequest request, DeviceView view)
    {
        foreach (var (prefix, resource) in _branches)
        {
            if (request.Path.Take(prefix.Length).SequenceEqual(prefix, StringComparer.Ordinal))
            {
                return resource.Handle(request, request.Path.Skip(prefix.Length).ToArray(), view);
            }
        }

        throw RestRefusal.UnknownPath(request.JoinedPath);
    }
}
