namespace AppStatus.Core.Monitoring.Metrics.Text;

/// <summary>What an exporter served at one time.</summary>
internal sealed class Exposition
{
    private static readonly string[] CounterEndings = ["_total", "_count", "_sum", "_bucket"];

    private readonly Dictionary<string, List<ExpositionSample>> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ExpositionSample> _bySeries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    public int Count => _bySeries.Count;

    public IEnumerable<ExpositionSample> Samples => _bySeries.Values;

    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>Empty where there is none of that name.</summary>
    public IReadOnlyList<ExpositionSample> Named(string name) => _byName.TryGetValue(name, out List<ExpositionSample>? samples) ? samples : [];

    /// <summary>The same series in this scrape; null where it is not in it.</summary>
    public ExpositionSample? Find(string series) => _bySeries.TryGetValue(series, out ExpositionSample? sample) ? sample : null;

    /// <summary>
    /// Whether it only ever grows: by its # TYPE line; without one, by the ending of a name. The counts and sums of histograms and
    /// summaries are counters, too.
    /// </summary>
    public bool IsCounter(string name)
    {
        if (_types.TryGetValue(name, out string? type) && type != "untyped" && type != "unknown") return type == "counter";
        string? ending = CounterEndings.FirstOrDefault(end => name.EndsWith(end, StringComparison.Ordinal));
        if (ending is null) return false;
        string family = name.Substring(0, name.Length - ending.Length);
        return !_types.TryGetValue(family, out string? familyType) || familyType is "histogram" or "summary" or "counter" or "untyped" or "unknown";
    }

    public void SetType(string family, string type) => _types[family] = type;

    /// <summary>False where the series is in it already.</summary>
    public bool TryAdd(ExpositionSample sample)
    {
        if (_bySeries.ContainsKey(sample.Series)) return false;
        _bySeries.Add(sample.Series, sample);
        if (!_byName.TryGetValue(sample.Name, out List<ExpositionSample>? named)) _byName.Add(sample.Name, named = []);
        named.Add(sample);
        return true;
    }
}
