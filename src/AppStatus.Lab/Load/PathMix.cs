using System.Globalization;
using AppStatus.Lab.CommandLine;

namespace AppStatus.Lab.Load;

/// <summary>Which paths are requested, how often: <c>/=95,/slow?ms=1500=5</c>. Deterministic and evenly spread, so that two runs compare.</summary>
internal sealed class PathMix
{
    private const int LargestWeight = 1000;

    private readonly string[] _cycle;

    private PathMix(string[] cycle) => _cycle = cycle;

    /// <summary>Only the path of the URI itself.</summary>
    public static PathMix Single { get; } = new([""]);

    public string this[long request] => _cycle[request % _cycle.Length];

    /// <exception cref="UsageException">An entry is not PATH=WEIGHT, with a weight from 1 to 1000.</exception>
    public static PathMix Parse(string text)
    {
        var entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ParseEntry).ToArray();
        return entries.Length > 0 ? new PathMix(Spread(entries)) : throw new UsageException("The path mix is empty.");
    }

    private static (string Path, int Weight) ParseEntry(string entry)
    {
        // The last '=': a query may hold others.
        var equals = entry.LastIndexOf('=');
        return entry.StartsWith('/')
            && equals > 0
            && int.TryParse(entry.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
            && weight is >= 1 and <= LargestWeight
            ? (entry[..equals], weight)
            : throw new UsageException($"'{entry}' is not /PATH=WEIGHT with a weight from 1 to {LargestWeight}.");
    }

    // Smooth weighted round robin: 95:5 comes as nineteen and one, not as ninety-five and five in a row.
    private static string[] Spread((string Path, int Weight)[] entries)
    {
        var total = entries.Sum(entry => entry.Weight);
        var credit = new int[entries.Length];
        var cycle = new string[total];
        for (var position = 0; position < total; position++)
        {
            var best = 0;
            for (var index = 0; index < entries.Length; index++)
            {
                credit[index] += entries[index].Weight;
                best = credit[index] > credit[best] ? index : best;
            }

            credit[best] -= total;
            cycle[position] = entries[best].Path;
        }

        return cycle;
    }
}
