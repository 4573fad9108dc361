using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace AppStatusRange;

/// <summary>Listens on a free port, and hands each connection on with one of its own to the target.</summary>
public abstract class Tap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;

    protected Tap(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Stop();

    protected abstract Task ForwardAsync(NetworkStream client, NetworkStream server);

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception)
        {
            // It was stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            using (var server = new TcpClient())
            {
                await server.ConnectAsync(IPAddress.Loopback, _target);
                await ForwardAsync(client.GetStream(), server.GetStream());
            }
        }
        catch (Exception)
        {
            // The target is not there, or somebody left: whoever asks sees a closed connection.
        }
    }
}

/// <summary>Something that is kept on the wire until it is let go, once.</summary>
public sealed class Held
{
    private readonly Regex _pattern;
    private readonly TaskCompletionSource<bool> _let = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _met;

    /// <param name="answer">True: what matches goes through, and the answer is kept.</param>
    public Held(string pattern, bool answer)
    {
        _pattern = new Regex(pattern);
        Answer = answer;
    }

    public bool Answer { get; }

    /// <summary>Something was met, and is kept.</summary>
    public bool Met => Volatile.Read(ref _met) != 0;

    /// <summary>What came back for it.</summary>
    public string Reply { get; set; } = "";

    public bool Takes(string text) => _pattern.IsMatch(text) && Interlocked.Exchange(ref _met, 1) == 0;

    /// <summary>It was not yet what was waited for.</summary>
    public void Again() => Volatile.Write(ref _met, 0);

    /// <summary>True: it goes its way. False: it is dropped.</summary>
    public void Let(bool go) => _let.TrySetResult(go);

    public async Task WaitAsync()
    {
        if (!await _let.Task) throw new IOException("It was dropped.");
    }
}

/// <summary>Stands before HAProxy's admin socket and writes down each command, so that a test can say what was sent, and what was not.</summary>
public sealed class AdminTap : Tap
{
    private readonly ConcurrentQueue<string> _commands = new();
    private volatile Held _held;

    public AdminTap(int target)
        : base(target)
    {
    }

    public string[] Commands => _commands.ToArray();

    public string[] Writes => _commands.Where(command => !command.StartsWith("show ", StringComparison.Ordinal)).ToArray();

    public void Clear()
    {
        _commands.Clear();
        _held?.Let(false);
        _held = null;
    }

    /// <summary>Keeps the next command that matches, or its answer.</summary>
    public Held Hold(string pattern, bool answer) => _held = new Held(pattern, answer);

    protected override async Task ForwardAsync(NetworkStream client, NetworkStream server)
    {
        string line = await new StreamReader(client).ReadLineAsync();
        if (line is null) return;
        foreach (string command in line.Split(';')) _commands.Enqueue(command.Trim());
        Held held = _held is { } order && order.Takes(line) ? order : null;
        if (held is { Answer: false }) await held.WaitAsync();
        var writer = new StreamWriter(server) { NewLine = "\n", AutoFlush = true };
        await writer.WriteLineAsync(line);
        if (held is null)
        {
            await server.CopyToAsync(client);
            return;
        }

        byte[] answer = Encoding.UTF8.GetBytes(held.Reply = await new StreamReader(server).ReadToEndAsync());
        if (held.Answer) await held.WaitAsync();
        await client.WriteAsync(answer, 0, answer.Length);
    }
}

/// <summary>Stands before a Redis, and can cut a conversation at any command: before the server has it, or before its answer is heard.</summary>
public sealed class RedisTap : Tap
{
    private volatile Held _held;

    public RedisTap(int target)
        : base(target)
    {
    }

    /// <summary>Keeps the next command that matches, or its answer.</summary>
    public Held Hold(string pattern, bool answer) => _held = new Held(pattern, answer);

    protected override async Task ForwardAsync(NetworkStream client, NetworkStream server)
    {
        Held mine = null;
        Task back = Task.Run(async () =>
        {
            await PumpAsync(server, client, async text =>
            {
                if (mine is not { } held) return;
                // The script is sent whole then, and that is what counts.
                if (text.StartsWith("-NOSCRIPT", StringComparison.Ordinal))
                {
                    mine = null;
                    held.Again();
                    return;
                }

                held.Reply = text;
                if (held.Answer) await held.WaitAsync();
            });
        });
        await PumpAsync(client, server, async text =>
        {
            if (_held is not { } order || !order.Takes(text)) return;
            mine = order;
            if (!order.Answer) await order.WaitAsync();
        });
        await back;
    }

    private static async Task PumpAsync(NetworkStream from, NetworkStream to, Func<string, Task> look)
    {
        byte[] buffer = new byte[65536];
        int length;
        while ((length = await from.ReadAsync(buffer, 0, buffer.Length)) > 0)
        {
            await look(Encoding.UTF8.GetString(buffer, 0, length));
            await to.WriteAsync(buffer, 0, length);
        }
    }
}
