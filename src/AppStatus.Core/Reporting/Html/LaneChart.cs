using System.Xml.Linq;
using AppStatus.Core.Deployments;

namespace AppStatus.Core.Reporting.Html;

/// <summary>A row an instance, a bar a step, and upright lines where something happened to the whole.</summary>
internal static class LaneChart
{
    private const double RowHeight = 24, BarHeight = 16, MarkLine = 15, CharacterWidth = 6.2, ShortestName = 24;

    public static XElement Of(DeploymentReport report, TimeAxis axis)
    {
        IGrouping<string, ReportLane>[] rows = [.. report.Lanes.GroupBy(lane => lane.Row, StringComparer.Ordinal)];
        (ReportMark Mark, int Number, int Line)[] marks = [.. Placed(report.Marks, axis)];
        double top = 30 + (MarkLine * (marks.Length == 0 ? 0 : marks.Max(mark => mark.Line) + 1)), bottom = top + (rows.Length * RowHeight) + 4;
        return Markup.Of(
            "svg", ("viewBox", FormattableString.Invariant($"0 0 {TimeAxis.Width} {bottom + 4:0}")), ("role", "img"), ("aria-label", $"Steps of {rows.Length} lanes over time"),
            axis.Grid(top, bottom, labels: true),
            rows.Select((row, index) => Row(row, top + (index * RowHeight), axis, banded: index % 2 == 1)),
            marks.Select(mark => Mark(mark.Mark, mark.Number, 14 + (MarkLine * mark.Line) - 4, bottom, axis)));
    }

    private static XElement Row(IGrouping<string, ReportLane> row, double y, TimeAxis axis, bool banded)
    {
        ReportLane[] lanes = [.. row];
        ReportLane worst = lanes.FirstOrDefault(lane => lane.State == LaneState.Failed) ?? lanes[lanes.Length - 1];
        string name = worst.Name.Length > ShortestName ? worst.Name.Substring(0, (int)ShortestName - 1) + "…" : worst.Name;
        return Markup.Of(
            "g", ("class", $"lane {worst.State.ToString().ToLowerInvariant()}"),
            banded ? Markup.Of("rect", ("class", "band"), ("x", 0d), ("y", y), ("width", TimeAxis.Width), ("height", RowHeight)) : null,
            Markup.Block("text", ("class", "name"), ("x", 22d), ("y", y + 16), name, Markup.Block("title", $"{worst.Name}: {worst.State}{(worst.Error.Length > 0 ? "\n" + worst.Error : "")}")),
            Markup.Block("text", ("class", "sign"), ("x", 6d), ("y", y + 16), Sign(worst.State)),
            lanes.SelectMany(lane => lane.Bars).Select(bar => Bar(bar, y + ((RowHeight - BarHeight) / 2), axis)));
    }

    private static XElement Bar(ReportBar bar, double y, TimeAxis axis)
    {
        double from = axis.At(bar.From), width = Math.Max(2, axis.At(bar.To) - from);
        string outcome = bar.Outcome switch { BarOutcome.Failed => " failed", BarOutcome.Unknown => " unknown", _ => "" };
        string word = bar.Step.ToString();
        string told = $"{word}{(bar.Attempt > 1 ? FormattableString.Invariant($", attempt {bar.Attempt}") : "")}: {Durations.Of(bar.To - bar.From)}"
            + bar.Outcome switch { BarOutcome.Failed => ", failed", BarOutcome.Unknown => ", outcome not recorded", _ => "" } + (bar.Text.Length > 0 ? "\n" + bar.Text : "");
        bool failed = bar.Outcome == BarOutcome.Failed;
        return Markup.Of(
            "g", ("class", $"bar {StepColours.Of(bar.Step)}{outcome}"),
            Markup.Block("title", told),
            Markup.Of("rect", ("x", from), ("y", y), ("width", width), ("height", BarHeight), ("rx", 2d)),
            width > (word.Length * CharacterWidth) + 6 ? Markup.Block("text", ("x", from + 4), ("y", y + 12), word) : null,
            failed ? Markup.Block("text", ("class", "cross"), ("x", from + width + 3), ("y", y + 13), "✕") : null);
    }

    private static XElement Mark(ReportMark mark, int number, double y, double bottom, TimeAxis axis)
    {
        double x = axis.At(mark.At);
        return Markup.Of(
            "g", ("class", $"mark {mark.Level.ToString().ToLowerInvariant()}"),
            Markup.Block("title", mark.Text),
            Markup.Of("line", ("x1", x), ("x2", x), ("y1", y + 6), ("y2", bottom)),
            Markup.Of("circle", ("cx", x), ("cy", y), ("r", 7d)),
            Markup.Block("text", ("x", x), ("y", y + 3.5), ("text-anchor", "middle"), FormattableString.Invariant($"{number}")));
    }

    // Numbers that would stand upon each other get a line of their own.
    private static IEnumerable<(ReportMark Mark, int Number, int Line)> Placed(IReadOnlyList<ReportMark> marks, TimeAxis axis)
    {
        var ends = new List<double>();
        for (int index = 0; index < marks.Count; index++)
        {
            double at = axis.At(marks[index].At);
            int line = ends.FindIndex(end => at - end >= 16);
            if (line < 0)
            {
                line = ends.Count;
                ends.Add(0);
            }

            ends[line] = at;
            yield return (marks[index], index + 1, line);
        }
    }

    private static string Sign(LaneState state) => state switch
    {
        LaneState.Succeeded => "✓",
        LaneState.Failed => "✕",
        LaneState.Running => "…",
        LaneState.Skipped => "–",
        LaneState.Compensated => "↩",
        _ => "○",
    };
}
