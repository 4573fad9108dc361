using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AppStatus.Core.Redis;

namespace AppStatus.Integration.Tests.Redis;

/// <summary>Answers as it is told: for what the installed Redis is too old for.</summary>
internal sealed class ScriptedRedis : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, string> _answer;
    private readonly Task _serving;

    /// <param name="answer">From a command's first word to the answer's bytes.</param>
    public ScriptedRedis(Func<string, string> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public ConcurrentQueue<string> Asked { get; } = new();

    public RedisClient Connect() => new(
        new RedisOptions { Endpoint = new RedisEndpoint("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port, 0, Tls: false) }, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            NetworkStream stream = client.GetStream();
            // A command has the form of a reply: an array of strings.
            var commands = new RedisReplyReader(new RedisLimits());
            byte[] buffer = new byte[8192];
            int read;
            while ((read = await stream.ReadAsync(buffer, _stop.Token)) > 0)
            {
                commands.Append(buffer.AsSpan(0, read));
                while (commands.Read() is { } command)
                {
                    string name = command.Items[0].Text;
                    Asked.Enqueue(name);
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(_answer(name)), _stop.Token);
                }
            }
        }
    }
}
