using System.Net;
using System.Net.Sockets;
using System.Text;

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
    private volatile byte[] _to = [];

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
    /// <param name="to">Only of a request that contains this, and that the server does not ask to be sent in another form; default: of any.</param>
    public void LoseNextAnswer(string to = "")
    {
        _to = Encoding.UTF8.GetBytes(to);
        Interlocked.Increment(ref _answersToLose);
    }

    /// <summary>Somebody else does something just before the server has a request that contains this.</summary>
    public (string To, Func<Task> Act)? Before { get; set; }

    /// <summary>Somebody else does something when the server has carried out a request that contains this, and its answer is still on the way.</summary>
    public (string To, Func<Task> Act)? After { get; set; }

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
            var line = new Line();
            Task requests = CopyRequestsAsync(near.GetStream(), far.GetStream(), line, stop);
            Task answers = CopyAnswersAsync(far.GetStream(), near.GetStream(), line, stop);
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

    private async Task CopyRequestsAsync(NetworkStream from, NetworkStream to, Line line, CancellationToken stop)
    {
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, stop)) > 0)
        {
            if (Volatile.Read(ref _answersToLose) > 0 && buffer.AsSpan(0, read).IndexOf(_to) >= 0) line.Loses = true;
            if (Contains(After, buffer.AsSpan(0, read))) line.Acts = true;
            if (Contains(Before, buffer.AsSpan(0, read))) await Before!.Value.Act();
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
        }
    }

    private async Task CopyAnswersAsync(NetworkStream from, NetworkStream to, Line line, CancellationToken stop)
    {
        byte[] buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, stop)) > 0)
        {
            if (line.Loses && !buffer.AsSpan(0, read).StartsWith("-NOSCRIPT"u8))
            {
                Interlocked.Decrement(ref _answersToLose);
                return;
            }

            if (line.Acts && After is { } after && !buffer.AsSpan(0, read).StartsWith("-NOSCRIPT"u8)) await after.Act();
            line.Loses = line.Acts = false;
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
        }
    }

    private static bool Contains((string To, Func<Task> Act)? what, ReadOnlySpan<byte> request) => what is { } hook && request.IndexOf(Encoding.UTF8.GetBytes(hook.To)) >= 0;

    /// <summary>One connection.</summary>
    private sealed class Line
    {
        public volatile bool Loses;
        public volatile bool Acts;
    }
}
