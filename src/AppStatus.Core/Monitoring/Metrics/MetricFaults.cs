using System.Globalization;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Monitoring.Metrics;

/// <summary>Why there is no data, said for the person at the prompt.</summary>
internal static class MetricFaults
{
    public static Fault NotANumber(MetricTarget target, string metric, double value) => new(
        ErrorId.NoData,
        $"{metric} of {target.Name} is {value.ToString(CultureInfo.InvariantCulture)}, which is no number to compare with anything.",
        "Look at what the exporter says of it.");

    public static Fault TimedOut(MetricTarget target, string metric, TimeSpan limit) => new(
        ErrorId.TimedOut,
        FormattableString.Invariant($"{metric} of {target.Name} was not read within {limit.TotalSeconds:0.###} s."),
        "Look at what keeps the source, or pass a larger -TimeoutSec.");

    public static Fault Unanswered(MetricTarget target, string metric) => new(
        ErrorId.NoData,
        $"The source said nothing of {metric} of {target.Name}.");

    public static Fault Broken(MetricTarget target, string metric, Exception exception) => exception is AppStatusException known
        ? known.Fault
        : new Fault(ErrorId.Unexpected, $"Reading {metric} of {target.Name} failed: {SafeText.Condensed(exception.Message)}");
}
