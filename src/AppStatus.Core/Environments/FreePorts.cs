using System.Net;
using System.Net.Sockets;

namespace AppStatus.Core.Environments;

/// <summary>Gives a definition the ports that it leaves open.</summary>
internal static class FreePorts
{
    // Below those that systems give to outgoing connections by themselves, so that none of them takes one while its instance is replaced.
    private const int First = 30000, Last = 32767;

    /// <summary>The definition with a port for everything.</summary>
    /// <param name="seed">Where the search starts, so that two searches at once seldom meet.</param>
    public static EnvironmentDefinition Fill(EnvironmentDefinition definition, int seed)
    {
        using IEnumerator<int> free = Free(definition, seed).GetEnumerator();
        int Next() => free.MoveNext() ? free.Current : throw new Errors.AppStatusException(Errors.ErrorId.EnvironmentNotReady, $"No port from {First} to {Last} is free.");
        return definition with
        {
            Port = definition.Port > 0 ? definition.Port : Next(),
            AdminPort = definition.AdminPort > 0 ? definition.AdminPort : Next(),
            RedisPort = definition.RedisPort > 0 || !definition.NeedsRedis ? definition.RedisPort : Next(),
            Ports = [.. Enumerable.Range(0, definition.Instances).Select(index => definition.FirstPort > 0 ? definition.FirstPort + index : Next())],
        };
    }

    private static IEnumerable<int> Free(EnvironmentDefinition definition, int seed)
    {
        int[] taken = [definition.Port, definition.AdminPort, definition.RedisPort, .. definition.FirstPort > 0 ? Enumerable.Range(definition.FirstPort, definition.Instances) : []];
        int count = Last - First + 1, start = Math.Abs(seed % count);
        return Enumerable.Range(0, count).Select(step => First + ((start + step) % count)).Where(port => !taken.Contains(port) && IsFree(port));
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
