using System.Text.Json;
using AppStatus.Lab.CommandLine;

namespace AppStatus.Lab.Load;

/// <summary><c>load</c>: requests at a constant rate, and what became of them. Exit code 1 when any failed.</summary>
internal sealed class LoadVerb : IVerb
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string Name => "load";

    public string Summary => "requests at a constant rate against a loopback address";

    public string Usage =>
        "--uri http://127.0.0.1:8080/ [--path-mix '/=95,/slow?ms=1500=5'] [--rate 100] [--seconds 10] [--keep-alive true|false] " +
        "[--timeout-seconds 30] [--stop-file path] [--json]";

    public async Task<int> RunAsync(VerbArguments arguments, TextWriter output, CancellationToken stopping)
    {
        var asJson = arguments.Flag("json");
        var options = Parse(arguments);
        arguments.RefuseRest();
        var result = await LoadGenerator.RunAsync(options, stopping);
        await output.WriteLineAsync(asJson ? JsonSerializer.Serialize(result, Json) : ToText(result));
        return result.Failed == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static LoadOptions Parse(VerbArguments arguments) => new()
    {
        Uri = Uri.TryCreate(arguments.RequiredText("uri"), UriKind.Absolute, out var uri) ? uri : throw new UsageException("--uri is not a URI."),
        Paths = arguments.Text("path-mix") is { } mix ? PathMix.Parse(mix) : PathMix.Single,
        Rate = arguments.Number("rate", 0.1, LoadOptions.MaxRate) ?? 100,
        Duration = TimeSpan.FromSeconds(arguments.Number("seconds", 0.1, LoadOptions.MaxSeconds) ?? 10),
        KeepAlive = arguments.Flag("keep-alive", whenAbsent: true),
        RequestTimeout = TimeSpan.FromSeconds(arguments.Number("timeout-seconds", 0.1, LoadOptions.MaxSeconds) ?? 30),
        StopFile = arguments.Text("stop-file"),
    };

    private static string ToText(LoadResult result)
    {
        var lines = new List<string>
        {
            $"sent {result.Sent}  ok {result.Ok}  failed {result.Failed}  in {result.Seconds} s",
            $"latency ms  p50 {result.LatencyMs.P50}  p99 {result.LatencyMs.P99}  max {result.LatencyMs.Max}",
        };
        lines.AddRange(result.Versions.Select(version => $"version {version.Key}: {version.Value}"));
        lines.AddRange(result.FailuresByKind.Select(kind => $"failed, {kind.Key}: {kind.Value}"));
        lines.AddRange(result.FirstErrors.Select(error => $"  {error}"));
        return string.Join(Environment.NewLine, lines);
    }
}
