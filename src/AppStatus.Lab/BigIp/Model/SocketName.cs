using System.Globalization;
using System.Net;

namespace AppStatus.Lab.BigIp.Model;

/// <summary>Host and port as the device writes them: <c>10.1.1.1:80</c>, <c>10.1.1.1%1:80</c>, <c>web01:80</c>, and for IPv6 <c>2001:db8::1.80</c>.</summary>
internal readonly record struct SocketName(string Host, int Port)
{
    /// <summary>The host without its route domain, which the lab's loopback has none of.</summary>
    public string HostWithoutRouteDomain => Host.Split('%')[0];

    public bool IsAddress => IPAddress.TryParse(HostWithoutRouteDomain, out _);

    public static SocketName? Parse(string text)
    {
        var separator = text.Count(character => character == ':') > 1 ? text.LastIndexOf('.') : text.LastIndexOf(':');
        return separator > 0
            && int.TryParse(text.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= IPEndPoint.MaxPort
            ? new SocketName(text[..separator], port)
            : null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Host}{(Host.Contains(':', StringComparison.Ordinal) ? '.' : ':')}{Port}");
}
