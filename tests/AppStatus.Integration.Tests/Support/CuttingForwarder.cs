using System.Net;
using System.Net.Sockets;

namespace AppStatus.Integration.Tests.Support;

/// <summary>Stands between a client and a balancer's management port: counts connections, and loses an answer when it is told to.</summary>
internal sealed class CuttingForwarder : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _targetPort;
    private readonly Task _accepting;
    private int _connections;
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

    /// <summary>True once every answer that was to be lost has been.</summary>
    public bool Lost => Volatile.Read(ref _answersToLose) == 0;

    /// <summary>The server takes the next request and answers it, but the client only sees its connection closed.</summary>
    public void LoseNextAnswer() => Interlocked.Increment(ref _answersToLose);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            Interlocked.Increment(ref _connections);
            _ = ForwardAsync(client);
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using TcpClient near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _targetPort, _stop.Token);
            Task requests = near.GetStream().CopyToAsync(far.GetStream(), _stop.Token);
            Task answers = CopyAnswersAsync(far.GetStream(), near.GetStream());
            await Task.WhenAny(requests, answers);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Either side went away: both connections end here.
        }
    }

    private async Task CopyAnswersAsync(NetworkStream from, NetworkStream to)
    {
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            if (Volatile.Read(ref _answersToLose) > 0)
            {
                Interlocked.Decrement(ref _answersToLose);
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
