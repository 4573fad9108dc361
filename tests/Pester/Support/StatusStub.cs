using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

/// <summary>
/// A status endpoint that behaves as the path says, for scenarios that no honest application shows. Compiled by the
/// scenarios themselves, so it keeps to C# 5 and to what both editions have.
/// </summary>
public sealed class StatusStub : IDisposable
{
    private readonly TcpListener _listener = new TcpListener(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new CancellationTokenSource();
    private readonly ConcurrentDictionary<string, string> _status = new ConcurrentDictionary<string, string>();
    private readonly ConcurrentDictionary<string, int> _asked = new ConcurrentDictionary<string, int>();
    private int _open;
    private int _mostOpen;

    public StatusStub()
    {
        _listener.Start(512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Task.Run((Func<Task>)AcceptAsync);
    }

    public int Port { get; private set; }

    /// <summary>Requests that have begun and not ended.</summary>
    public int Open { get { return Volatile.Read(ref _open); } }

    public int MostOpen { get { return Volatile.Read(ref _mostOpen); } }

    public string LastHeaders { get; private set; }

    public int Asked(string path)
    {
        int count;
        return _asked.TryGetValue(path, out count) ? count : 0;
    }

    public void Set(string path, string status) { _status[path] = status; }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            TcpClient client;
            try { client = await _listener.AcceptTcpClientAsync(); }
            catch (Exception) { return; }
            var ignored = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var stream = client.GetStream())
        {
            try
            {
                while (await AnswerAsync(stream)) { }
            }
            catch (Exception)
            {
                // The client went away.
            }
        }
    }

    private async Task<bool> AnswerAsync(NetworkStream stream)
    {
        string head = await ReadHeadAsync(stream);
        if (head == null) return false;
        LastHeaders = head;
        string[] first = head.Substring(0, head.IndexOf('\r')).Split(' ');
        string method = first[0], path = first[1];
        string body = await ReadBodyAsync(stream, head);
        _asked.AddOrUpdate(path, 1, (_, n) => n + 1);
        int open = Interlocked.Increment(ref _open);
        int most;
        while ((most = _mostOpen) < open && Interlocked.CompareExchange(ref _mostOpen, open, most) != most) { }
        try
        {
            if (path.StartsWith("/hang")) return await UntilGoneAsync(stream);
            if (path.StartsWith("/slow"))
            {
                var gone = UntilGoneAsync(stream);
                if (await Task.WhenAny(gone, Task.Delay(300)) == gone) return false;
                await SendAsync(stream, 200, "application/json", "{\"status\":\"ready\",\"version\":\"slow\"}", "", true);
                return false;
            }

            return await SendOfAsync(stream, method, path, body);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task<bool> SendOfAsync(NetworkStream stream, string method, string path, string body)
    {
        const string json = "application/json";
        switch (path.TrimStart('/').Split('/')[0])
        {
            case "text": return await SendAsync(stream, 200, "text/plain", "ready");
            case "html": return await SendAsync(stream, 200, "text/html", "<html>Sign in</html>");
            case "escape": return await SendAsync(stream, 200, json, "{\"status\":\"ready\",\"version\":\"\\u001b[31m1 ##vso[task.complete]\"}");
            case "unavailable": return await SendAsync(stream, 503, json, "{\"status\":\"stand-by\",\"version\":\"1.0\"}");
            case "disagrees": return await SendAsync(stream, 503, json, "{\"status\":\"ready\",\"version\":\"1.0\"}");
            case "latin": return await SendAsync(stream, Encoding.GetEncoding(28591).GetBytes("{\"status\":\"pr\u00eat\"}"), 200, json + "; charset=iso-8859-1", "", false);
            case "gzip": return await SendAsync(stream, Zip("{\"status\":\"ready\",\"version\":\"1.0\"}"), 200, json, "Content-Encoding: gzip\r\n", false);
            case "brotli": return await SendAsync(stream, new byte[] { 11, 2, 128, 3 }, 200, json, "Content-Encoding: br\r\n", false);
            case "broken": return await SendAsync(stream, 503, "text/html", "<html>no</html>");
            case "error": return await SendAsync(stream, 500, "text/html", "<html>oops</html>");
            case "moved": return await SendAsync(stream, 302, json, "", "Location: http://elsewhere.example/\r\n");
            case "unauthorized": return await SendAsync(stream, 401, json, "");
            case "forbidden": return await SendAsync(stream, 403, json, "");
            case "large": return await SendAsync(stream, 200, json, "{\"status\":\"ready\",\"x\":\"" + new string('x', 70000) + "\"}");
            case "cut":
                byte[] half = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"sta");
                await stream.WriteAsync(half, 0, half.Length);
                return false;
            case "stubborn": return await SendAsync(stream, 200, json, "{\"status\":\"stand-by\",\"version\":\"1.0\"}");
            case "missing": return await SendAsync(stream, 404, json, "");
        }

        if (method == "POST")
        {
            int at = body.IndexOf(":\"") + 2;
            _status[path] = body.Substring(at, body.IndexOf('"', at) - at);
        }

        return await SendAsync(stream, 200, json, "{\"status\":\"" + _status.GetOrAdd(path, "stage") + "\",\"version\":\"1.0\"}");
    }

    private static async Task<bool> UntilGoneAsync(NetworkStream stream)
    {
        var rest = new byte[1];
        await stream.ReadAsync(rest, 0, 1);
        return false;
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            if (await stream.ReadAsync(one, 0, 1) == 0) return null;
            head.Append((char)one[0]);
            if (head.Length >= 4 && head[head.Length - 1] == '\n' && head[head.Length - 3] == '\n') return head.ToString();
        }
    }

    private static async Task<string> ReadBodyAsync(NetworkStream stream, string head)
    {
        const string name = "content-length:";
        int at = head.ToLowerInvariant().IndexOf(name);
        if (at < 0) return "";
        int length = int.Parse(head.Substring(at + name.Length, head.IndexOf('\r', at) - at - name.Length));
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

    private static byte[] Zip(string text)
    {
        var zipped = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(zipped, System.IO.Compression.CompressionMode.Compress))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            zip.Write(bytes, 0, bytes.Length);
        }

        return zipped.ToArray();
    }

    private static Task<bool> SendAsync(NetworkStream stream, int code, string type, string body, string headers = "", bool close = false)
    {
        return SendAsync(stream, Encoding.UTF8.GetBytes(body), code, type, headers, close);
    }

    private static async Task<bool> SendAsync(NetworkStream stream, byte[] bytes, int code, string type, string headers, bool close)
    {
        byte[] head = Encoding.ASCII.GetBytes("HTTP/1.1 " + code + " X\r\nContent-Type: " + type + "\r\nContent-Length: " + bytes.Length + "\r\n" + headers + (close ? "Connection: close\r\n" : "") + "\r\n");
        await stream.WriteAsync(head, 0, head.Length);
        await stream.WriteAsync(bytes, 0, bytes.Length);
        return !close;
    }
}
