using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace AppStatusRange;

/// <summary>A child process; its input is a pipe of ours, so that what watches it ends with us.</summary>
public sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output, _errors;
    private bool _ended;

    private Child(Process process, string firstLine, bool wantsLine)
    {
        _process = process;
        if (wantsLine)
        {
            string line = process.StandardOutput.ReadLine();
            if (line is null || !line.StartsWith(firstLine, StringComparison.Ordinal))
                throw new InvalidOperationException("It ended: " + line + process.StandardError.ReadToEnd());
        }

        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public bool HasExited => _ended || _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Output => _output.Result;

    public string Errors => _errors.Result;

    /// <param name="firstLine">What its first line must start with, and is waited for; empty: nothing.</param>
    /// <param name="home">Its home folder, which is its working folder, too; empty: ours.</param>
    public static Child Start(string program, string[] arguments, string firstLine, string home = "")
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (home.Length > 0)
        {
            start.WorkingDirectory = home;
            start.Environment["HOME"] = home;
        }

        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return new Child(Process.Start(start), firstLine, firstLine.Length > 0);
    }

    /// <summary>Asks it to end, and waits until it has: requests in flight are answered.</summary>
    public void Stop()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
    }

    /// <summary>As kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public bool WaitForExit(int milliseconds) => _process.WaitForExit(milliseconds);

    public void Dispose()
    {
        if (HasExited) return;
        Kill();
        _ended = true;
        _process.Dispose();
    }
}

/// <summary>The application instances, by port, and where several have one port, by address: for the tests, and for deploy blocks in runspaces of their own.</summary>
public static class Instances
{
    private const string Here = "127.0.0.1";

    private static readonly ConcurrentDictionary<(int Port, string Address), Child> Running = new();

    public static string Lab { get; set; }

    public static void Start(int port, string[] options, string address = Here) =>
        Running[(port, address)] = Child.Start("dotnet", [Lab, "app", "--stop-with-input", "--port=" + port.ToString(CultureInfo.InvariantCulture), "--bind=" + address, .. options], "listening");

    /// <summary>Side by side: most of an instance's start is waiting.</summary>
    public static void StartAll(int[] ports, string[] options) => Parallel.ForEach(ports, port => Start(port, options));

    /// <summary>The same port at each of the addresses.</summary>
    public static void StartAll(int port, string[] addresses, string[] options) => Parallel.ForEach(addresses, address => Start(port, options, address));

    public static bool IsRunning(int port) => Running.TryGetValue((port, Here), out Child child) && !child.HasExited;

    public static void Stop(int port, string address = Here)
    {
        if (!Running.TryRemove((port, address), out Child child)) return;
        child.Stop();
        child.Dispose();
    }

    public static void Kill(int port, string address = Here)
    {
        if (Running.TryRemove((port, address), out Child child)) child.Dispose();
    }
}

/// <summary>
/// Who replaces instances when a deploy script in another process asks for it: they are children of the tests, and outlive
/// the process that is killed. A call is a line "port release attempt"; it can be held, or made to fail.
/// </summary>
public sealed class Deployer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentDictionary<int, string> _orders = new();
    private readonly ConcurrentDictionary<int, object> _turns = new();
    private readonly ConcurrentDictionary<int, int> _served = new();
    private readonly string[] _options;
    private int _round;
    private int _calling;

    /// <param name="options">Of an instance, with {0} for the release.</param>
    public Deployer(string[] options)
    {
        _options = options;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Each call, as "port release attempt".</summary>
    public string[] Calls => _calls.ToArray();

    /// <summary>From now on a deploy to the instance is kept waiting.</summary>
    public void Hold(int port) => _orders[port] = "hold";

    /// <summary>From now on a deploy of the release to the instance fails, and leaves it as it is.</summary>
    public void Break(int port, string release = "2.0") => _orders[port] = "break " + release;

    public void Mend(int port) => _orders.TryRemove(port, out _);

    /// <summary>The next test begins: nothing comes of what is held still.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _round);
        _orders.Clear();
        _calls.Clear();
    }

    public void Dispose() => _listener.Stop();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                int number = ++_calling;
                _ = Task.Run(() => Serve(client, number));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    private void Serve(TcpClient client, int number)
    {
        using (client)
        {
            var reader = new System.IO.StreamReader(client.GetStream());
            string call = reader.ReadLine() ?? "";
            string[] words = call.Split(' ');
            int port = int.Parse(words[0], CultureInfo.InvariantCulture);
            int round = Volatile.Read(ref _round);
            _calls.Enqueue(call);
            while (_orders.TryGetValue(port, out string order) && order == "hold")
            {
                // Whoever called was killed: nothing comes of it.
                if (client.Client.Poll(20000, SelectMode.SelectRead) && client.Available == 0) return;
            }

            if (round != Volatile.Read(ref _round)) return;
            bool broken = _orders.TryGetValue(port, out string now) && now == "break " + words[1];
            // Whoever called may have been killed, and the next one calls already.
            lock (_turns.GetOrAdd(port, _ => new object()))
            {
                // On a slow machine he may even have been served already, and the instance be in traffic again: this call was a dead driver's.
                if (_served.TryGetValue(port, out int last) && last > number) return;
                _served[port] = number;
                if (!broken)
                {
                    Instances.Stop(port);
                    Instances.Start(port, Array.ConvertAll(_options, option => option.Replace("{0}", words[1])));
                }
            }

            try
            {
                byte[] answer = System.Text.Encoding.ASCII.GetBytes(broken ? "broken" : "done");
                client.GetStream().Write(answer, 0, answer.Length);
            }
            catch (System.IO.IOException)
            {
                // It was killed meanwhile.
            }
        }
    }
}

public static class Wire
{
    public static int[] FreePorts(int count)
    {
        var ports = new List<int>();
        while (ports.Count < count)
        {
            int port = FirstPort + Interlocked.Increment(ref s_nextPort) % PortCount;
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                ports.Add(port);
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
            finally
            {
                listener.Stop();
            }
        }

        return ports.ToArray();
    }

    // Below the range that outgoing connections take their ports from (32768 and up on Linux), or one of them could come in between; and not where other tests and
    // environments look for theirs.
    private const int FirstPort = 10000, PortCount = 10000;

    private static int s_nextPort = new Random(Guid.NewGuid().GetHashCode()).Next(PortCount);

    /// <summary>One command to HAProxy, past everything that is under test.</summary>
    public static string Ask(int port, string command)
    {
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        var writer = new StreamWriter(client.GetStream()) { NewLine = "\n", AutoFlush = true };
        writer.WriteLine(command);
        return new StreamReader(client.GetStream()).ReadToEnd();
    }

    /// <summary>A request through the balancer that is answered after so long, on a connection of its own.</summary>
    public static TcpClient Hold(int port, int milliseconds)
    {
        var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true }.Write("GET /slow?ms=" + milliseconds + " HTTP/1.1\r\nHost: range\r\n\r\n");
        return client;
    }
}
