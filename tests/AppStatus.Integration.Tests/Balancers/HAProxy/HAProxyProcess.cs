using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers.HAProxy;

/// <summary>A real HAProxy in a folder of its own, on loopback ports.</summary>
internal sealed class HAProxyProcess : IAsyncDisposable
{
    private readonly string _program;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appstatus-haproxy-");
    private readonly ConcurrentQueue<string> _said = new();
    private Process? _process;

    private HAProxyProcess(string program) => _program = program;

    public int AdminPort { get; private init; }

    public int OperatorPort { get; private init; }

    public int EntryPort { get; private init; }

    public string SocketPath => Path.Combine(_folder.FullName, "admin.sock");

    /// <param name="backends">The backends' lines; users are sent to <c>web</c>.</param>
    public static async Task<HAProxyProcess> StartAsync(string backends)
    {
        string program = Requirement.Program("haproxy");
        int[] ports = LoopbackPorts.Free(3);
        var process = new HAProxyProcess(program) { AdminPort = ports[0], OperatorPort = ports[1], EntryPort = ports[2] };
        await File.WriteAllTextAsync(process.ConfigurationPath, $"""
            global
              stats socket ipv4@127.0.0.1:{process.AdminPort} level admin
              stats socket ipv4@127.0.0.1:{process.OperatorPort} level operator
              stats socket unix@{process.SocketPath} level admin
              server-state-file {process.StatePath}
            defaults
              load-server-state-from-file global
              mode http
              timeout connect 2s
              timeout client 60s
              timeout server 60s
            frontend users
              bind 127.0.0.1:{process.EntryPort}
              default_backend web
            {backends}

            """);
        await process.StartAsync();
        return process;
    }

    public Task StartAsync() => StartAsync([]);

    /// <summary>A new process takes over from the old one, as a service manager's reload does.</summary>
    /// <param name="keepState">Writes the servers' state down before, for the new one to read.</param>
    public async Task ReloadAsync(bool keepState)
    {
        Process old = _process ?? throw new InvalidOperationException("haproxy does not run");
        if (keepState) await File.WriteAllTextAsync(StatePath, await AskAsync("show servers state"));
        await StartAsync(["-sf", old.Id.ToString(CultureInfo.InvariantCulture)]);
        await old.WaitForExitAsync(TestContext.Current.CancellationToken);
        old.Dispose();
    }

    private async Task StartAsync(string[] more)
    {
        _process = Process.Start(new ProcessStartInfo(_program, ["-f", ConfigurationPath, "-db", .. more]) { UseShellExecute = false, RedirectStandardError = true })
            ?? throw new InvalidOperationException("haproxy did not start");
        // Unread, its warnings would fill the pipe and stop it.
        _process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
        await Eventually.GetAsync(IsListeningAsync, listening => listening, "HAProxy listening");
    }

    public async Task StopAsync()
    {
        if (_process is not { } process) return;
        FailIfEnded();
        _process = null;
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Whatever a test saw of an HAProxy that went away by itself says nothing of the product.</summary>
    private void FailIfEnded()
    {
        if (_process is { HasExited: true } ended) Assert.Fail($"haproxy ended by itself with {ended.ExitCode}: {string.Join(' ', _said)}");
    }

    private async Task<string> AskAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, AdminPort);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\n"));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync();
    }

    private string StatePath => Path.Combine(_folder.FullName, "servers.state");

    private string ConfigurationPath => Path.Combine(_folder.FullName, "haproxy.cfg");

    private async Task<bool> IsListeningAsync()
    {
        FailIfEnded();
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, AdminPort);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
