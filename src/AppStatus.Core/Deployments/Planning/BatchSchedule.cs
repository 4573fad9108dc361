namespace AppStatus.Core.Deployments.Planning;

/// <summary>How many lanes may run side by side: one size for all, or a ramp whose last entry repeats.</summary>
public sealed class BatchSchedule
{
    private readonly Quantity[] _entries;

    private BatchSchedule(Quantity[] entries) => _entries = entries;

    public static BatchSchedule One { get; } = new([Quantity.Count(1)]);

    /// <summary>More than one entry: each is a wave, with a barrier behind it.</summary>
    public bool IsRamp => _entries.Length > 1;

    /// <summary>Reads <c>2</c>, <c>25%</c>, or a ramp <c>1,5,20%</c>.</summary>
    /// <exception cref="FormatException">An entry is no quantity, or is 0.</exception>
    public static BatchSchedule Parse(string text)
    {
        Quantity[] entries = (text ?? "").Split(',').Select(Quantity.Parse).ToArray();
        if (entries.Any(entry => entry.Value == 0))
            throw new FormatException($"'{text}' has a batch of 0: a batch has at least one instance.");
        return new BatchSchedule(entries);
    }

    /// <summary>The sizes of the waves for so many lanes: a share is rounded down, never below 1.</summary>
    public IEnumerable<int> Sizes(int lanes)
    {
        int left = lanes;
        for (int wave = 0; left > 0; wave++)
        {
            int size = Math.Min(left, SizeAt(wave, lanes));
            yield return size;
            left -= size;
        }
    }

    /// <summary>The most lanes that may run side by side in the wave (from 0).</summary>
    public int SizeAt(int wave, int lanes) =>
        Math.Max(1, _entries[Math.Min(wave, _entries.Length - 1)].RoundedDown(lanes));

    public override string ToString() => string.Join(",", _entries);
}
