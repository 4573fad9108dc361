using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppStatus.Core.Redis;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Redis;

/// <summary>A real Redis in a folder of its own, on loopback ports. It keeps an append-only file, so that it can be killed and started again.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly string _program;
    private readonly List<string> _arguments;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appstatus-redis-");
    private Process? _process;

    private RedisProcess(string program, int[] ports, string[] arguments)
    {
        _program = program;
        Port = ports[0];
        TlsPort = ports[1];
        _arguments = ["--bind", "127.0.0.1", "--port", Text(Port), "--dir", _folder.FullName, "--save", "", "--appendonly", "yes", "--appendfsync", "always", .. arguments];
    }

    public int Port { get; }

    public int TlsPort { get; }

    public RedisEndpoint Endpoint => new("127.0.0.1", Port, 0, Tls: false);

    public static async Task<RedisProcess> StartAsync(params string[] arguments)
    {
        var redis = new RedisProcess(Requirement.Program("redis-server"), LoopbackPorts.Free(2), arguments);
        await redis.StartAgainAsync();
        return redis;
    }

    /// <summary>With TLS on its second port, and a certificate that nobody trusts.</summary>
    public static async Task<RedisProcess> StartTlsAsync()
    {
        var redis = new RedisProcess(Requirement.Program("redis-server"), LoopbackPorts.Free(2), []);
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        string certificateFile = Path.Combine(redis._folder.FullName, "tls.crt");
        string keyFile = Path.Combine(redis._folder.FullName, "tls.key");
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        redis._arguments.AddRange(["--tls-port", Text(redis.TlsPort), "--tls-cert-file", certificateFile, "--tls-key-file", keyFile, "--tls-auth-clients", "no"]);
        await redis.StartAgainAsync();
        return redis;
    }

    public RedisClient Connect(Func<RedisOptions, RedisOptions>? change = null)
    {
        var options = new RedisOptions { Endpoint = Endpoint };
        return new RedisClient(change?.Invoke(options) ?? options, TimeProvider.System);
    }

    /// <summary>Its time limits, and whatever else goes by its clock, end only when the test says so.</summary>
    public RedisClient Connect(TimeProvider time) => new(new RedisOptions { Endpoint = Endpoint }, time);

    public RedisClient Connect(TimeSpan commandTimeout) => Connect(options => new RedisOptions { Endpoint = options.Endpoint, CommandTimeout = commandTimeout, ConnectTimeout = commandTimeout });

    public async Task StartAgainAsync()
    {
        _process = Process.Start(new ProcessStartInfo(_program, _arguments) { UseShellExecute = false, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("redis-server did not start");
        await Eventually.GetAsync(IsListeningAsync, listening => listening, "Redis listening");
    }

    /// <summary>As if its machine had died.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    /// <summary>It is there, and does nothing.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ThawAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _folder.Delete(recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [signal, Text(_process!.Id)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        kill.ExitCode.ShouldBe(0);
    }

    private async Task<bool> IsListeningAsync()
    {
        if (_process!.HasExited) Assert.Fail($"redis-server ended: {await _process.StandardOutput.ReadToEndAsync()}");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            await client.GetStream().WriteAsync("PING\r\n"u8.ToArray());
            byte[] answer = new byte[64];
            int length = await client.GetStream().ReadAsync(answer);
            return length > 0 && !answer.AsSpan(0, length).StartsWith("-LOADING"u8);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
