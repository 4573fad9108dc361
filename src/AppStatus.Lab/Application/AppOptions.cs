using System.Globalization;
using System.Net;
using AppStatus.AspNetCore;
using AppStatus.Lab.CommandLine;

namespace AppStatus.Lab.Application;

/// <summary>One application instance, as the command line describes it.</summary>
internal sealed record AppOptions
{
    public const string Usage =
        "--port N --version V [--name n] [--bind 127.0.0.1] [--status ready|stage|stand-by] [--status-file path] [--user u --password p] " +
        "[--token t] [--start-delay-ms n] [--fail-health] [--unavailable-code 503] [--error-percent n] [--burn-percent n] [--leak-mb n] " +
        "[--flags-redis redis://host:6379/0] [--flag-prefix p] [--feature new-checkout] [--stop-with-input]";

    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    public string Version { get; init; } = "1.0";

    /// <summary>Shown in answers; by default <c>app-PORT</c>.</summary>
    public string? Name { get; init; }

    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    public InstanceStatus Status { get; init; } = InstanceStatus.StandBy;

    /// <summary>Null keeps the status in memory only.</summary>
    public string? StatusFile { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    public string? Token { get; init; }

    /// <summary>How long the instance takes before it listens, as a heavy application does.</summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>A broken release: <c>/health</c> and <c>/_status</c> answer 503.</summary>
    public bool FailHealth { get; init; }

    /// <summary>A release with a fault: so many percent of the GETs of <c>/</c> are answered 500; 0 to 100.</summary>
    public int ErrorPercent { get; init; }

    /// <summary>A release that wastes: so many percent of one processor, 0 to 100.</summary>
    public int BurnPercent { get; init; }

    /// <summary>A release that leaks: so many megabytes a second, 0 to 1000, until it has a gigabyte.</summary>
    public int LeakMegabytes { get; init; }

    /// <summary>Where its feature flags stand; null: it has none.</summary>
    public string? FlagsRedis { get; init; }

    public string? FlagPrefix { get; init; }

    /// <summary>The flag that its page goes by; null: <c>new-checkout</c>.</summary>
    public string? Feature { get; init; }

    /// <summary>The code of <c>/appstatus</c> while not ready: 200 to 599.</summary>
    public int UnavailableStatusCode { get; init; } = 200;

    /// <summary>Stop when standard input ends, so that the instance doesn't outlive the process that started it.</summary>
    public bool StopWithInput { get; init; }

    /// <exception cref="UsageException">An argument makes no sense.</exception>
    public static AppOptions Parse(VerbArguments arguments)
    {
        var options = new AppOptions
        {
            Port = arguments.Number("port", 0, IPEndPoint.MaxPort) ?? PortVariable() ?? throw new UsageException("--port is needed."),
            Version = arguments.Text("version") ?? Variable("APPSTATUS_RELEASE") ?? throw new UsageException("--version is needed."),
            Name = arguments.Text("name") ?? Variable("APPSTATUS_NAME"),
            Bind = ParseAddress(arguments.Text("bind")),
            Status = ParseStatus(arguments.Text("status") ?? Variable("APPSTATUS_STATUS")),
            StatusFile = arguments.Text("status-file"),
            User = arguments.Text("user"),
            Password = arguments.Text("password"),
            Token = arguments.Text("token"),
            StartDelay = TimeSpan.FromMilliseconds(arguments.Number("start-delay-ms", 0, 600_000) ?? 0),
            FailHealth = arguments.Flag("fail-health"),
            UnavailableStatusCode = arguments.Number("unavailable-code", 200, 599) ?? 200,
            ErrorPercent = arguments.Number("error-percent", 0, 100) ?? 0,
            BurnPercent = arguments.Number("burn-percent", 0, 100) ?? 0,
            LeakMegabytes = arguments.Number("leak-mb", 0, 1000) ?? 0,
            FlagsRedis = arguments.Text("flags-redis") ?? (Environment.GetEnvironmentVariable("APPSTATUS_REDIS") is { Length: > 0 } redis ? redis : null),
            FlagPrefix = arguments.Text("flag-prefix"),
            Feature = arguments.Text("feature"),
            StopWithInput = arguments.Flag("stop-with-input"),
        };
        arguments.RefuseRest();
        return options.User is null == options.Password is null ? options : throw new UsageException("--user and --password belong together.");
    }

    public IEnumerable<string> ToArguments()
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"--port={Port}");
        yield return $"--version={Version}";
        yield return $"--bind={Bind}";
        yield return $"--status={Word(Status)}";
        yield return string.Create(CultureInfo.InvariantCulture, $"--start-delay-ms={(int)StartDelay.TotalMilliseconds}");
        yield return string.Create(CultureInfo.InvariantCulture, $"--unavailable-code={UnavailableStatusCode}");
        foreach (var (name, value) in new[] { ("error-percent", ErrorPercent), ("burn-percent", BurnPercent), ("leak-mb", LeakMegabytes) })
        {
            if (value > 0)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"--{name}={value}");
            }
        }

        foreach (var (name, value) in new[] { ("name", Name), ("status-file", StatusFile), ("user", User), ("password", Password), ("token", Token), ("flags-redis", FlagsRedis), ("flag-prefix", FlagPrefix), ("feature", Feature) })
        {
            if (value is not null)
            {
                yield return $"--{name}={value}";
            }
        }

        if (FailHealth)
        {
            yield return "--fail-health";
        }

        if (StopWithInput)
        {
            yield return "--stop-with-input";
        }
    }

    // As an environment gives them to its instances.
    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int? PortVariable() => int.TryParse(Variable("PORT"), NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : null;

    private static IPAddress ParseAddress(string? text) =>
        text is null ? IPAddress.Loopback
        : IPAddress.TryParse(text, out var address) ? address
        : throw new UsageException($"--bind must be an IP address; it is '{text}'.");

    private static InstanceStatus ParseStatus(string? text) => text?.ToUpperInvariant() switch
    {
        null or "STAND-BY" => InstanceStatus.StandBy,
        "STAGE" => InstanceStatus.Stage,
        "READY" => InstanceStatus.Ready,
        _ => throw new UsageException($"--status must be ready, stage or stand-by; it is '{text}'."),
    };

    private static string Word(InstanceStatus status) => status switch
    {
        InstanceStatus.Ready => "ready",
        InstanceStatus.Stage => "stage",
        _ => "stand-by",
    };
}
