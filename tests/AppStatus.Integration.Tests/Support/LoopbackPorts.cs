using System.Net;
using System.Net.Sockets;

namespace AppStatus.Integration.Tests.Support;

internal static class LoopbackPorts
{
    /// <summary>Different ports that were free a moment ago.</summary>
    public static int[] Free(int count)
    {
        var held = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        held.ForEach(listener => listener.Start());
        int[] ports = [.. held.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        held.ForEach(listener => listener.Stop());
        return ports;
    }
}
