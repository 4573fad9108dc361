using System.Net;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Status;

namespace AppStatus.Pipeline;

/// <summary>What the parameters about metric sources mean, the same in each cmdlet that has them; its properties pass through to this.</summary>
internal sealed class MetricSourceParameters
{
    private MetricSourceKind? _source;
    private bool _warnedOfClearText;

    /// <summary>Where it is not said, a query tells it.</summary>
    public MetricSourceKind Source
    {
        get => _source ?? (Query is null ? MetricSourceKind.Prometheus : MetricSourceKind.PromQL);
        set => _source = value;
    }

    public string? Query { get; set; }

    public Uri? Uri { get; set; }

    /// <summary>0 for the instance's own.</summary>
    public int MetricsPort { get; set; }

    public string MetricsPath { get; set; } = "/metrics";

    public string? MetricsUri { get; set; }

    public string ContainerName { get; set; } = "{Name}";

    public int TimeoutSec { get; set; } = 5;

    public PSCredential? Credential { get; set; }

    public bool SkipCertificateCheck { get; set; }

    public Uri? Proxy { get; set; }

    /// <summary>The fault in the values themselves; null where there is none. Asked once, before any input.</summary>
    public Fault? Check()
    {
        if (Proxy is { UserInfo.Length: > 0 })
            return new Fault(ErrorId.PasswordInUri, "The proxy's URI holds a user or a password, which would end up in transcripts.", "Pass it without.");
        if (Proxy is not null && Source is MetricSourceKind.Container or MetricSourceKind.Local)
            return new Fault(ErrorId.InvalidArgument, $"-Proxy means nothing to the source {Source}, which speaks no HTTP.", "Leave it out.");
        if (Source != MetricSourceKind.PromQL)
        {
            return Query is null && Uri is null
                ? null
                : new Fault(ErrorId.InvalidArgument, $"-Query and -Uri are of the source PromQL, and the source is {Source}.", "Pass -Source PromQL with both, or leave them out.");
        }

        if (string.IsNullOrWhiteSpace(Query) || Uri is null)
            return new Fault(ErrorId.InvalidArgument, "The source PromQL needs a query and a server.", "Pass -Query 'sum by (instance) (…)' and -Uri http://prometheus:9090.");
        if (Uri is { IsAbsoluteUri: true, UserInfo.Length: > 0 })
            return new Fault(ErrorId.PasswordInUri, "The server's URI holds a user or a password, which would end up in transcripts.", "Pass it without, and -Credential.");
        return Uri.IsAbsoluteUri && (Uri.Scheme == Uri.UriSchemeHttp || Uri.Scheme == Uri.UriSchemeHttps)
            ? null
            : new Fault(ErrorId.InvalidArgument, "-Uri is no http or https address.", "Pass a Prometheus server, such as http://prometheus:9090.");
    }

    public MetricSourceOptions ToOptions() => new()
    {
        Source = Source,
        Query = Query?.Trim() ?? "",
        Uri = Uri,
        MetricsPort = MetricsPort == 0 ? null : MetricsPort,
        MetricsPath = MetricsPath,
        MetricsUri = MetricsUri ?? "",
        ContainerName = ContainerName,
        TimeoutSec = TimeoutSec,
        SkipCertificateCheck = SkipCertificateCheck,
        Proxy = Proxy,
        Credential = Credential?.GetNetworkCredential(),
    };

    /// <exception cref="AppStatusException">The input names no instance.</exception>
    public static MetricTarget Resolve(StatusInput input, MetricSourceOptions options) =>
        input.Fault is { } fault ? throw new AppStatusException(fault, input.Original) : MetricTargets.Of(input.Source!, options);

    /// <summary>This machine, where nobody is named.</summary>
    public static StatusTargetSource ThisMachine { get; } = new(Environment.MachineName, "localhost", Port: null);

    /// <summary>What the user must be told before a password goes somewhere; null for nothing new.</summary>
    public string? Warning(Uri? uri)
    {
        if (_warnedOfClearText || Credential is null || uri is null || uri.Scheme != Uri.UriSchemeHttp || uri.IsLoopback) return null;
        _warnedOfClearText = true;
        return $"The password goes to {uri.Authority} in clear text. Use https where it can.";
    }
}
