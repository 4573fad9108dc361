namespace AppStatus.Lab.Load;

/// <summary>Counts while requests end in any order on any thread.</summary>
internal sealed class LoadTally
{
    private const int KeptErrors = 5;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _versions = new(StringComparer.Ordinal);
    private readonly List<string> _firstErrors = [];
    private readonly List<double> _latencies = [];
    private long _failed;

    public void Succeeded(double milliseconds, string version)
    {
        lock (_gate)
        {
            _latencies.Add(milliseconds);
            _versions[version] = _versions.GetValueOrDefault(version) + 1;
        }
    }

    public void Failed(string kind, string text)
    {
        lock (_gate)
        {
            _failed++;
            _failures[kind] = _failures.GetValueOrDefault(kind) + 1;
            if (_firstErrors.Count < KeptErrors)
            {
                _firstErrors.Add($"{kind}: {text}");
            }
        }
    }

    public LoadResult ToResult(TimeSpan elapsed)
    {
        lock (_gate)
        {
            return new LoadResult(
                _latencies.Count + _failed,
                _latencies.Count,
                _failed,
                new Dictionary<string, long>(_failures, StringComparer.Ordinal),
                [.. _firstErrors],
                new Dictionary<string, long>(_versions, StringComparer.Ordinal),
                LatencySummary.Of(_latencies),
                Math.Round(elapsed.TotalSeconds, 3));
        }
    }
}
