using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>Finds where the metrics of an instance are.</summary>
internal static class MetricTargets
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidTarget"/> or <see cref="ErrorId.PasswordInUri"/>.</exception>
    public static MetricTarget Of(StatusTargetSource source, MetricSourceOptions options) => new(source.Name, source.Address, PortOf(source, options))
    {
        ComputerName = source.ComputerName,
        MetricsUri = options.Source == MetricSourceKind.Prometheus ? MetricsUri(source, options) : null,
        Container = options.Source == MetricSourceKind.Container ? Fill(options.ContainerName, source) : "",
    };

    // A query's label has the port that Prometheus scrapes.
    private static int? PortOf(StatusTargetSource source, MetricSourceOptions options) =>
        options.Source == MetricSourceKind.PromQL ? options.MetricsPort ?? source.Port : source.Port;

    private static Uri MetricsUri(StatusTargetSource source, MetricSourceOptions options)
    {
        if (options.MetricsUri.Length > 0) return new StatusTargetResolver { Template = options.MetricsUri }.Resolve(source).Uri;
        // A whole address that was typed is where the metrics are; that of a reading is its status endpoint's.
        if (source is { Typed: true, Uri: { AbsolutePath: not "/" } whole }) return whole;

        // The scheme is the instance's where its own port is meant.
        Uri? root = source.Uri is null || options.MetricsPort is not null ? null : new Uri(source.Uri.GetLeftPart(UriPartial.Authority), UriKind.Absolute);
        StatusTargetSource plain = source with { Uri = root, Port = options.MetricsPort ?? source.Port, Typed = true };
        return new StatusTargetResolver { Path = options.MetricsPath }.Resolve(plain).Uri;
    }

    private static string Fill(string template, StatusTargetSource source)
    {
        string port = source.Port?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "";
        string computer = source.ComputerName.Length == 0 ? source.Address : source.ComputerName;
        return template.Replace("{Name}", source.Name).Replace("{Address}", source.Address).Replace("{ComputerName}", computer).Replace("{Port}", port);
    }
}
