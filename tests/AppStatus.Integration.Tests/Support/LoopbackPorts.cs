using System.Net;
using System.Net.Sockets;

namespace AppStatus.Integration.Tests.Support;

internal static class LoopbackPorts
{
    // Below the range that outgoing connections take their ports from (32768 and up on Linux), or one of them could come in between.
    private const int First = 20_000;
    private const int Last = 30_000;
    private static int s_next = Random.Shared.Next(First, Last);

    /// <summary>Different ports that were free a moment ago, and that this process gives to nobody else.</summary>
    public static int[] Free(int count)
    {
        var ports = new List<int>();
        while (ports.Count < count)
        {
            int port = First + (Interlocked.Increment(ref s_next) % (Last - First));
            if (IsFree(port)) ports.Add(port);
        }

        return [.. ports];
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
