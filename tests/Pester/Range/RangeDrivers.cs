using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace AppStatusRange;

/// <summary>Drivers that were started ahead of time say here that they are ready, and wait for what they shall do.</summary>
public sealed class Standby : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<int, TcpClient> _waiting = new();

    public Standby()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public bool IsReady(int process) => _waiting.ContainsKey(process);

    public void Order(int process, string script)
    {
        if (!_waiting.TryRemove(process, out TcpClient client)) throw new InvalidOperationException("It is not ready.");
        using (client)
        using (var writer = new StreamWriter(client.GetStream())) writer.Write(script);
    }

    public void Dispose()
    {
        _listener.Stop();
        foreach (TcpClient client in _waiting.Values) client.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => _waiting[int.Parse(new StreamReader(client.GetStream()).ReadLine())] = client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }
}

/// <summary>Looks at a journal while it is written, and ends its driver at a line.</summary>
public sealed class JournalWatch
{
    private readonly string _folder;
    private readonly string _known;
    private readonly long _length;

    /// <summary>From what is there now on.</summary>
    public JournalWatch(string folder)
    {
        _folder = folder;
        _known = Newest() ?? "";
        _length = _known.Length > 0 ? new FileInfo(_known).Length : 0;
    }

    /// <summary>kill -9 as soon as a new line matches. Returns the last whole line that the dead one has left.</summary>
    public string KillAt(Child driver, string pattern, int seconds)
    {
        var regex = new Regex(pattern);
        long until = Environment.TickCount64 + (seconds * 1000);
        while (!Lines().Any(regex.IsMatch))
        {
            if (driver.HasExited) throw new InvalidOperationException("The driver ended before '" + pattern + "': " + driver.Output + driver.Errors);
            if (Environment.TickCount64 > until) throw new TimeoutException("No '" + pattern + "' within " + seconds + " s; the last line: " + Lines().LastOrDefault());
            // A look each millisecond, and no FileSystemWatcher: that tells of several writes at once and later, when the next lines are written,
            // too, and then the driver dies somewhere else than the test says. It waits for a condition all the same, with a deadline.
            Thread.Sleep(1);
        }

        driver.Kill();
        return Lines().Last();
    }

    private string[] Lines()
    {
        if (Newest() is not { } path) return [];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (path == _known) file.Position = _length;
        string text = new StreamReader(file).ReadToEnd();
        return text.Split('\n')[..^1];
    }

    private string Newest() => Directory.Exists(_folder)
        ? Directory.GetFiles(_folder, "*.jsonl").OrderBy(name => name, StringComparer.Ordinal).LastOrDefault()
        : null;
}

/// <summary>What one process can do to another on Unix.</summary>
public static class Signals
{
    // Linux has 19 and 18, macOS 17 and 19.
    public static void Freeze(int process) => Send(process, OperatingSystem.IsMacOS() ? 17 : 19);

    public static void Thaw(int process) => Send(process, OperatingSystem.IsMacOS() ? 19 : 18);

    private static void Send(int process, int signal)
    {
        if (kill(process, signal) != 0) throw new InvalidOperationException("The signal was not sent.");
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
