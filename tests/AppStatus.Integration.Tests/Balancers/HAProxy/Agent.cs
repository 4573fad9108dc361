using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AppStatus.Integration.Tests.Balancers.HAProxy;

/// <summary>What an agent-check asks: it says its word to whoever connects, and closes.</summary>
internal sealed class Agent : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public Agent(string answer)
    {
        Answer = answer;
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Answer { get; set; }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient asker = await _listener.AcceptTcpClientAsync();
                await asker.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Answer));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or IOException)
        {
            // Disposed, or HAProxy has gone.
        }
    }
}
