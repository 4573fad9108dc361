using System.Globalization;
using System.Xml.Linq;

namespace AppStatus.Core.Reporting.Html;

/// <summary>From moments to places on the charts, which share it. Long spans in which nothing ran are cut short.</summary>
internal sealed class TimeAxis
{
    public const double Left = 190, Right = 1144, Width = 1160;

    private const int Ticks = 9;

    private static readonly double[] Intervals =
        [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 604800];

    private readonly DateTimeOffset _from;
    private readonly double _seconds;

    public TimeAxis(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<QuietSpan> quiet)
    {
        _from = from;
        double all = Math.Max(0.1, (to - from).TotalSeconds);
        double busy = Math.Max(0.1, all - quiet.Sum(span => (span.To - span.From).TotalSeconds));
        // What takes longer than a tenth of the work is cut to a fortieth of it.
        Cuts = [.. quiet.Where(span => (span.To - span.From).TotalSeconds > busy / 10)];
        Kept = busy / 40;
        _seconds = Math.Max(0.1, all - Cuts.Sum(span => (span.To - span.From).TotalSeconds - Kept));
    }

    /// <summary>The spans that are drawn shorter than they were.</summary>
    public IReadOnlyList<QuietSpan> Cuts { get; }

    /// <summary>Seconds that such a span is drawn as.</summary>
    private double Kept { get; }

    public double At(DateTimeOffset moment)
    {
        double seconds = (moment - _from).TotalSeconds;
        foreach (QuietSpan cut in Cuts)
        {
            double length = (cut.To - cut.From).TotalSeconds;
            if (moment >= cut.To) seconds -= length - Kept;
            else if (moment > cut.From) seconds -= (moment - cut.From).TotalSeconds * (1 - (Kept / length));
        }

        return Left + ((Right - Left) * Math.Min(1, Math.Max(0, seconds / _seconds)));
    }

    /// <summary>Upright lines at round times since the start, labelled, and hatched bands where the axis is cut.</summary>
    public IEnumerable<XElement> Grid(double top, double bottom, bool labels)
    {
        foreach (QuietSpan cut in Cuts)
        {
            yield return Markup.Of("rect", ("class", "cut"), ("x", At(cut.From)), ("y", top), ("width", At(cut.To) - At(cut.From)), ("height", bottom - top),
                Markup.Block("title", $"{Durations.Of(cut.To - cut.From)} in which nothing ran, drawn short"));
        }

        double interval = Intervals.FirstOrDefault(candidate => _seconds / candidate <= Ticks);
        if (interval == 0) interval = _seconds / Ticks;
        double lastLabel = double.NegativeInfinity;
        DateTimeOffset end = _from.AddSeconds(_seconds + Cuts.Sum(cut => (cut.To - cut.From).TotalSeconds - Kept));
        int spans = (int)Math.Min(5000, (end - _from).TotalSeconds / interval);
        for (int tick = 0; tick <= spans; tick++)
        {
            double at = At(_from.AddSeconds(tick * interval));
            // Within a cut they would stand upon each other.
            if (at - lastLabel < 56) continue;
            lastLabel = at;
            yield return Markup.Of("line", ("class", "grid"), ("x1", at), ("x2", at), ("y1", top), ("y2", bottom));
            if (labels) yield return Markup.Block("text", ("class", "tick"), ("x", at), ("y", top - 6), ("text-anchor", tick == 0 ? "start" : "middle"), Label(tick * interval, interval));
        }
    }

    private static string Label(double seconds, double interval)
    {
        var time = TimeSpan.FromSeconds(seconds);
        if (time.TotalMinutes < 1) return string.Format(CultureInfo.InvariantCulture, interval < 1 ? "{0:0.0} s" : "{0:0} s", seconds);
        return time.TotalHours < 1
            ? string.Format(CultureInfo.InvariantCulture, "{0}:{1:00} min", (int)time.TotalMinutes, time.Seconds)
            : string.Format(CultureInfo.InvariantCulture, "{0}:{1:00} h", (int)time.TotalHours, time.Minutes);
    }
}
