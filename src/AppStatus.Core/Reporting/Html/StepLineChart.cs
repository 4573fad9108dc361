using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace AppStatus.Core.Reporting.Html;

/// <summary>A value that stays until it changes, over time: a step line, with what it must not fall below.</summary>
internal static class StepLineChart
{
    private const double Height = 110, Top = 12, Bottom = Height - 10;

    /// <param name="name">At its left.</param>
    /// <param name="unit">Behind each number; empty: none.</param>
    /// <param name="points">In order.</param>
    /// <param name="top">The axis ends here.</param>
    /// <param name="limit">A line for what must be kept; null: none.</param>
    public static XElement Of(string name, string unit, IReadOnlyList<CoursePoint> points, double top, double? limit, DateTimeOffset until, TimeAxis axis)
    {
        double scale = Math.Max(1, top);
        return Markup.Of(
            "svg", ("viewBox", FormattableString.Invariant($"0 0 {TimeAxis.Width} {Height}")), ("role", "img"), ("aria-label", $"{name} over time"), ("class", "course"),
            axis.Grid(Top, Bottom, labels: false),
            Levels(scale).Select(level => new object[]
            {
                Markup.Of("line", ("class", "grid"), ("x1", TimeAxis.Left), ("x2", TimeAxis.Right), ("y1", Y(level)), ("y2", Y(level))),
                Markup.Block("text", ("class", "tick"), ("x", TimeAxis.Left - 6), ("y", Y(level) + 4), ("text-anchor", "end"), Number(level, unit)),
            }).SelectMany(parts => parts),
            Markup.Block("text", ("class", "name"), ("x", 6d), ("y", Top + 14), name.Length > 22 ? name.Substring(0, 21) + "…" : name, Markup.Block("title", name)),
            limit is { } minimum ? Limit(minimum) : null,
            points.Select((point, index) => Span(point, index + 1 < points.Count ? points[index + 1].At : until)),
            Line(points));

        double Y(double value) => Bottom - ((Bottom - Top) * Math.Min(1, value / scale));

        object Limit(double minimum) => new object[]
        {
            Markup.Of("line", ("class", "limit"), ("x1", TimeAxis.Left), ("x2", TimeAxis.Right), ("y1", Y(minimum)), ("y2", Y(minimum)), Markup.Block("title", $"never below {Number(minimum, unit)}")),
            Markup.Block("text", ("class", "limit"), ("x", 6d), ("y", Top + 30), $"never below {Number(minimum, unit)}"),
        };

        XElement? Span(CoursePoint point, DateTimeOffset end)
        {
            if (point.Value is not { } value) return null;
            double from = axis.At(point.At);
            return Markup.Of(
                "rect", ("class", value < limit ? "area low" : "area"), ("x", from), ("y", Y(value)), ("width", Math.Max(0.5, axis.At(end) - from)), ("height", Bottom - Y(value)),
                Markup.Block("title", $"{Number(value, unit)} from {Durations.Moment(point.At)} on"));
        }

        XElement Line(IReadOnlyList<CoursePoint> course)
        {
            var path = new StringBuilder();
            bool open = false;
            for (int index = 0; index < course.Count; index++)
            {
                if (course[index].Value is not { } value)
                {
                    open = false;
                    continue;
                }

                double end = axis.At(index + 1 < course.Count ? course[index + 1].At : until);
                path.Append(string.Format(CultureInfo.InvariantCulture, "{0}{1:0.##} {2:0.##}H{3:0.##}", open ? "L" : "M", axis.At(course[index].At), Y(value), end));
                open = true;
            }

            return Markup.Of("path", ("class", "line"), ("d", path.ToString()));
        }
    }

    private static IEnumerable<double> Levels(double top)
    {
        double step = top <= 4 ? 1 : Math.Ceiling(top / 4);
        for (double level = 0; level <= top; level += step) yield return level;
    }

    private static string Number(double value, string unit) => value.ToString("0.#", CultureInfo.InvariantCulture) + unit;
}
