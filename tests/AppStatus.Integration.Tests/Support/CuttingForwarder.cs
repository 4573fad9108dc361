using System.Net;
using System.Net.Sockets;

namespace AppStatus.Integration.Tests.Support;

/// <summary>Stands between a client and a balancer's management port: counts connections, and loses an answer when it is told to.</summary>
internal sealed class CuttingForwarder : IAsyncDisposable
{
    private readonly int _targetPort;
    private TcpListener _listener = new(IPAddress.Loopback, 0);
    private CancellationTokenSource _stop = new();
    private Task _accepting;
    private int _connections;
    private int _open;
    private int _mostOpen;
    private int _answersToLose;

    public CuttingForwarder(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>So many connections, at the most, have been open side by side.</summary>
    public int MostOpen => Volatile.Read(ref _mostOpen);

    /// <summary>True once every answer that was to be lost has been.</summary>
    public bool Lost => Volatile.Read(ref _answersToLose) == 0;

    /// <summary>The server takes the next request and answers it, but the client only sees its connection closed.</summary>
    public void LoseNextAnswer() => Interlocked.Increment(ref _answersToLose);

    /// <summary>Ends all connections and refuses new ones, as a server does that is down.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Is there again, on the same port.</summary>
    public void Restart()
    {
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        CancellationToken stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(stop);
            Interlocked.Increment(ref _connections);
            // Only this loop writes it.
            Volatile.Write(ref _mostOpen, Math.Max(_mostOpen, Interlocked.Increment(ref _open)));
            _ = ForwardAsync(client, stop);
        }
    }

    private async Task ForwardAsync(TcpClient client, CancellationToken stop)
    {
        using TcpClient near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _targetPort, stop);
            Task requests = near.GetStream().CopyToAsync(far.GetStream(), stop);
            Task answers = CopyAnswersAsync(far.GetStream(), near.GetStream(), stop);
            await Task.WhenAny(requests, answers);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Either side went away: both connections end here.
        }
        finally
        {
            // Before the client can see the end, and open the next one.
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task CopyAnswersAsync(NetworkStream from, NetworkStream to, CancellationToken stop)
    {
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, stop)) > 0)
        {
            if (Volatile.Read(ref _answersToLose) > 0)
            {
                Interlocked.Decrement(ref _answersToLose);
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), stop);
        }
    }
}
