using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

/// <summary>An instance with a metrics page whose values a test chooses, and a webhook that keeps what it is told.</summary>
public sealed class MetricStub : IDisposable
{
    private readonly TcpListener _listener = new TcpListener(IPAddress.Loopback, 0);
    private readonly object _gate = new object();
    private string[] _values = { "1" };
    private int _open, _requests, _read;

    public MetricStub()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; private set; }

    public List<string> Posts { get; private set; } = new List<string>();

    public string LastHead { get; private set; }

    /// <summary>Requests that are being answered.</summary>
    public int Open { get { return Volatile.Read(ref _open); } }

    /// <summary>Of the metrics page.</summary>
    public int Requests { get { return Volatile.Read(ref _requests); } }

    /// <summary>What the metric 'changes' is in turn; the last value stays.</summary>
    public void Values(params string[] values)
    {
        lock (_gate) { _values = values; _read = 0; }
    }

    public void Reset()
    {
        Values("1");
        Posts = new List<string>();
        _requests = 0;
    }

    public void Dispose() { _listener.Stop(); }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try { client = await _listener.AcceptTcpClientAsync(); }
            catch (Exception) { return; }
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            using (NetworkStream stream = client.GetStream())
                while (await AnswerAsync(stream)) { }
        }
        catch (Exception)
        {
            // The client went away.
        }
    }

    private async Task<bool> AnswerAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n"))
        {
            if (await stream.ReadAsync(one, 0, 1) == 0) return false;
            head.Append((char)one[0]);
        }

        Interlocked.Increment(ref _open);
        try
        {
            LastHead = head.ToString();
            string[] words = LastHead.Split(' ');
            if (words[0] == "POST")
            {
                string body = await ReadAsync(stream, Length(LastHead));
                bool refuses = words[1].StartsWith("/refuse");
                if (!refuses) lock (_gate) Posts.Add(body);
                return await SendAsync(stream, refuses ? 400 : 200, "");
            }

            if (words[1].StartsWith("/hang")) { await stream.ReadAsync(one, 0, 1); return false; }
            if (!words[1].EndsWith("/metrics")) return await SendAsync(stream, 404, "");
            int number = Interlocked.Increment(ref _requests);
            string value;
            lock (_gate) value = _values[Math.Min(_read++, _values.Length - 1)];
            return await SendAsync(stream, 200,
                "load 3\nfree_bytes 1234\ngrows_total " + number * 10 + "\nbroken NaN\nseveral{a=\"1\"} 1\nseveral{a=\"2\"} 2\nchanges " + value + "\n");
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private static int Length(string head)
    {
        int at = head.ToLowerInvariant().IndexOf("content-length:");
        return at < 0 ? 0 : int.Parse(head.Substring(at + 15, head.IndexOf('\r', at) - at - 15));
    }

    private static async Task<string> ReadAsync(NetworkStream stream, int length)
    {
        var body = new byte[length];
        int read = 0;
        while (read < length)
        {
            int n = await stream.ReadAsync(body, read, length - read);
            if (n == 0) break;
            read += n;
        }

        return Encoding.UTF8.GetString(body, 0, read);
    }

    private static async Task<bool> SendAsync(NetworkStream stream, int code, string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes("HTTP/1.1 " + code + " X\r\nContent-Type: text/plain\r\nContent-Length: " + body.Length + "\r\n\r\n" + body);
        await stream.WriteAsync(bytes, 0, bytes.Length);
        return true;
    }
}
