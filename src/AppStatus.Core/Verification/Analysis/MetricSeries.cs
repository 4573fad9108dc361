using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Verification.Analysis;

/// <summary>One metric of one instance during one judgement.</summary>
internal sealed class MetricSeries(MetricTarget target)
{
    private readonly List<double> _values = [];
    private bool _warmedUp;

    public MetricTarget Target { get; } = target;

    /// <summary>Finite numbers, in order of time.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <summary>Readings that gave no number, or were never made.</summary>
    public int Missing { get; private set; }

    /// <summary>Of the last reading that was taken; null where it gave none.</summary>
    public MetricSample? Latest { get; private set; }

    /// <summary>Why the last missing one was; empty where nobody knows.</summary>
    public string Reason { get; private set; } = "";

    public bool IsMostlyMissing => IsMostly(Missing, _values.Count);

    public static bool IsMostly(int missing, int present) => missing >= present;

    public void Take(MetricReading reading)
    {
        Latest = reading.Sample;
        if (Latest is { } sample)
        {
            _values.Add(sample.Value);
            return;
        }

        Reason = reading.Fault?.Message ?? "";
        // What is computed from two readings can't be there at the first; one that keeps warming up is missing.
        if (reading.WarmingUp && !_warmedUp) _warmedUp = true;
        else Missing++;
    }

    /// <summary>Readings that were not made, for the one before took too long.</summary>
    public void Skip(int count)
    {
        if (count <= 0) return;
        Missing += count;
        Latest = null;
        Reason = "The source took longer than an interval.";
    }
}
