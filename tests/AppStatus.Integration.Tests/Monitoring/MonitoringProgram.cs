using System.Diagnostics;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Monitoring;

/// <summary>A real exporter, Prometheus or mail server on loopback, with a folder of its own; ended with the test.</summary>
internal sealed class MonitoringProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private MonitoringProgram(Process process, DirectoryInfo folder, int port)
    {
        _process = process;
        Folder = folder;
        Port = port;
    }

    public DirectoryInfo Folder { get; }

    public int Port { get; }

    /// <summary>What it has printed so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (_lines) return [.. _lines]; }
    }

    public static async Task<MonitoringProgram> StartNodeExporterAsync()
    {
        int port = LoopbackPorts.Free(1)[0];
        MonitoringProgram exporter = Start(Requirement.Program("prometheus-node-exporter"), port, _ => [$"--web.listen-address=127.0.0.1:{port}"]);
        await exporter.AnswersAsync("/metrics");
        return exporter;
    }

    /// <summary>A Prometheus server that scrapes these addresses every second.</summary>
    public static async Task<MonitoringProgram> StartPrometheusAsync(params string[] targets)
    {
        int port = LoopbackPorts.Free(1)[0];
        MonitoringProgram server = Start(Requirement.Program("prometheus"), port, folder =>
        {
            string file = Path.Combine(folder.FullName, "prometheus.yml");
            string quoted = string.Join(", ", targets.Select(target => $"'{target}'"));
            File.WriteAllText(file, $"global: {{ scrape_interval: 1s }}\nscrape_configs: [ {{ job_name: t, static_configs: [ {{ targets: [ {quoted} ] }} ] }} ]\n");
            return [$"--config.file={file}", $"--web.listen-address=127.0.0.1:{port}", $"--storage.tsdb.path={folder.FullName}/data"];
        });
        await server.AnswersAsync("/-/ready");
        return server;
    }

    /// <param name="mode">plain; tls: STARTTLS and a certificate that nobody trusts; auth: user and password; refuse: takes no receiver; hang: takes mail and never says so.</param>
    public static async Task<MonitoringProgram> StartMailAsync(string mode)
    {
        // Debian's own, for which Debian's package is.
        string python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : Requirement.Program("python3");
        if (!await HasAsync(python)) Requirement.Missing("python3 has no aiosmtpd (Debian: apt-get install python3-aiosmtpd).");
        int port = LoopbackPorts.Free(1)[0];
        MonitoringProgram mail = Start(python, port, folder => ["-u", Path.Combine(AppContext.BaseDirectory, "Monitoring", "mail.py"), $"{port}", mode, folder.FullName]);
        await mail.SaysAsync("listening");
        return mail;
    }

    public Task SaysAsync(string text) => Eventually.GetAsync(() => Task.FromResult(Lines), lines => _process.HasExited || lines.Any(line => line.Contains(text, StringComparison.Ordinal)), $"'{text}'");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Folder.Delete(recursive: true);
    }

    private static MonitoringProgram Start(string program, int port, Func<DirectoryInfo, string[]> arguments)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("appstatus-monitoring-");
        var start = new ProcessStartInfo(program, arguments(folder)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var running = new MonitoringProgram(process, folder, port);
        process.OutputDataReceived += (_, line) => running.Take(line.Data);
        process.ErrorDataReceived += (_, line) => running.Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return running;
    }

    private static async Task<bool> HasAsync(string python)
    {
        using Process probe = Process.Start(new ProcessStartInfo(python, ["-c", "import aiosmtpd"]) { UseShellExecute = false, RedirectStandardError = true })!;
        await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
        return probe.ExitCode == 0;
    }

    private Task AnswersAsync(string path) => Eventually.GetAsync(
        async () =>
        {
            try
            {
                using var client = new HttpClient();
                return (await client.GetAsync(new Uri($"http://127.0.0.1:{Port}{path}"), TestContext.Current.CancellationToken)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        answers => answers,
        $"{path} to answer");

    private void Take(string? line)
    {
        if (line is null) return;
        lock (_lines) _lines.Add(line);
    }
}
