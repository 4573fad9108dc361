using System.Globalization;
using System.Text.RegularExpressions;

namespace AppStatus.Lab.BigIp.Model;

/// <summary><c>/Common/a</c>, <c>/Common/a and /Common/b</c>, or <c>min 1 of { /Common/a /Common/b }</c>.</summary>
internal sealed partial record MonitorRule(IReadOnlyList<FullPath> Monitors, int? Minimum)
{
    /// <summary>How many of the monitors must find the member up.</summary>
    public int Required => Minimum ?? Monitors.Count;

    /// <summary>Null for no monitor at all.</summary>
    public static MonitorRule? Parse(string? text, string partition = FullPath.CommonPartition)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Trim() is "none" or "/Common/none")
        {
            return null;
        }

        if (MinimumOf().Match(text) is { Success: true } match)
        {
            return new MonitorRule(Names(match.Groups["names"].Value, partition), int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
        }

        return new MonitorRule(Names(text, partition), null);
    }

    /// <summary>As the device writes it back, re-spaced and qualified.</summary>
    public override string ToString() => Minimum is { } minimum
        ? string.Create(CultureInfo.InvariantCulture, $"min {minimum} of {{ {string.Join(' ', Monitors)} }}")
        : string.Join(" and ", Monitors);

    private static FullPath[] Names(string text, string partition) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word != "and").Select(word => FullPath.Resolve(word, partition))];

    [GeneratedRegex(@"^\s*min\s+(?<count>\d{1,3})\s+of\s*\{?(?<names>[^}]*)\}?\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MinimumOf();
}
