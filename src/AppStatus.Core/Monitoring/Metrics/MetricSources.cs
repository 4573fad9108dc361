using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Containers;
using AppStatus.Core.Monitoring.Metrics.Expressions;
using AppStatus.Core.Monitoring.Metrics.Local;
using AppStatus.Core.Monitoring.Metrics.Prometheus;
using AppStatus.Core.Monitoring.Metrics.PromQl;

namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>Makes sources, and reads metrics' names as they mean them.</summary>
internal static class MetricSources
{
    /// <param name="parallel">How many instances are read side by side.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/> or <see cref="ErrorId.NotSupported"/>.</exception>
    public static IMetricSource Create(MetricSourceOptions options, int parallel, TimeProvider time)
    {
        var http = new MetricHttpOptions { Credential = options.Credential, SkipCertificateCheck = options.SkipCertificateCheck, Proxy = options.Proxy, Parallel = parallel };
        IMetricSource source = options.Source switch
        {
            MetricSourceKind.Prometheus => new PrometheusSource(http, time),
            MetricSourceKind.PromQL => new PromQlSource(options.Uri!, options.Query, http, time),
            MetricSourceKind.Container => new ContainerSource(Environment.GetEnvironmentVariable("PATH") ?? "", time),
            MetricSourceKind.Local => new LocalSource(LocalSource.CountersHere(), time),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Source, "There is no such source."),
        };
        return new GuardedMetricSource(source, time);
    }

    /// <summary>On the machine's clock.</summary>
    public static IMetricSource Create(MetricSourceOptions options, int parallel) => Create(options, parallel, TimeProvider.System);

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: the source has no metric of that name, ever.</exception>
    public static MetricExpression Metric(MetricSourceKind source, string name) => source switch
    {
        MetricSourceKind.Prometheus => MetricExpression.Parse(name),
        MetricSourceKind.Container => OneOf(name, ContainerSource.Names, source),
        MetricSourceKind.Local => OneOf(name, LocalSource.Names, source),
        _ => MetricExpression.Named(name),
    };

    /// <summary>What is read where nobody says what.</summary>
    public static IReadOnlyList<string> Defaults(MetricSourceOptions options) => options.Source switch
    {
        MetricSourceKind.PromQL => [options.Query],
        MetricSourceKind.Container => ContainerSource.Defaults,
        _ => KnownMetrics.Defaults,
    };

    private static MetricExpression OneOf(string name, IReadOnlyList<string> names, MetricSourceKind source) => names.Contains(name.Trim(), StringComparer.Ordinal)
        ? MetricExpression.Named(name)
        : throw new AppStatusException(ErrorId.InvalidArgument, $"The source {source} has no metric '{SafeText.Of(name, 100)}'.", $"It has {string.Join(", ", names)}.");
}
