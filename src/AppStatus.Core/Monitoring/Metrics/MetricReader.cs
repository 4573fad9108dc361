using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Expressions;

namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>Reads metrics once; what is computed from two readings, after a second one.</summary>
internal sealed class MetricReader : IDisposable
{
    private readonly IMetricSource _source;
    private readonly TimeProvider _time;
    private readonly TimeSpan _between;
    private readonly IReadOnlyList<MetricExpression> _metrics;

    /// <param name="metrics">Null for the source's own choice.</param>
    /// <param name="between">From the first reading to the second.</param>
    /// <param name="parallel">How many instances are read side by side.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/> or <see cref="ErrorId.NotSupported"/>.</exception>
    public MetricReader(MetricSourceOptions options, IReadOnlyList<string>? metrics, TimeSpan between, int parallel, TimeProvider time)
    {
        Options = options;
        _metrics = [.. (metrics ?? MetricSources.Defaults(options)).Distinct(StringComparer.Ordinal).Select(name => MetricSources.Metric(options.Source, name))];
        if (options.Source == MetricSourceKind.PromQL && _metrics.Count > 1)
            throw new AppStatusException(ErrorId.InvalidArgument, "A query has one value an instance, and more than one -Metric was passed.", "Pass one, as the name of the value.");
        _between = between;
        _time = time;
        _source = MetricSources.Create(options, parallel, time);
    }

    /// <summary>On the machine's clock.</summary>
    public MetricReader(MetricSourceOptions options, IReadOnlyList<string>? metrics, TimeSpan between, int parallel)
        : this(options, metrics, between, parallel, TimeProvider.System)
    {
    }

    public MetricSourceOptions Options { get; }

    /// <summary>A reading for each metric of each target, in order.</summary>
    public async Task<IReadOnlyList<MetricReading>> ReadAsync(IReadOnlyList<MetricTarget> targets, CancellationToken cancellationToken)
    {
        var request = new MetricRequest(targets, _metrics, TimeSpan.FromSeconds(Options.TimeoutSec));
        IReadOnlyList<MetricReading> first = await _source.ReadAsync(request, cancellationToken).ConfigureAwait(false);
        if (!first.Any(reading => reading.WarmingUp)) return first;
        await _time.DelayAsync(_between, cancellationToken).ConfigureAwait(false);
        return await _source.ReadAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _source.Dispose();
}
