using System.Globalization;
using System.Xml.Linq;
using AppStatus.Core.Deployments;

namespace AppStatus.Core.Reporting.Html;

/// <summary>
/// A report as one page that needs nothing else: no network, no script, light or dark as the reader's system is, and fit to
/// be printed. It is well-formed XML as well as HTML, so that whoever wants its figures can read them out.
/// </summary>
internal static class HtmlReport
{
    // A page with a hundred charts shows nothing any more.
    private const int PoolsDrawn = 12;

    public static string Of(DeploymentReport report)
    {
        var axis = new TimeAxis(report.Result.Started, report.Until, report.Quiet);
        XElement page = Markup.Of(
            "html", ("lang", "en"),
            Markup.Of(
                "head",
                Markup.Of("meta", ("charset", "utf-8")),
                // Whatever a journal says, nothing is loaded and nothing runs.
                Markup.Of("meta", ("http-equiv", "Content-Security-Policy"), ("content", "default-src 'none'; style-src 'unsafe-inline'")),
                Markup.Of("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
                Markup.Block("title", $"{report.Title}: {report.Result.State}"),
                new XElement("style", StyleSheet.Text)),
            Markup.Of(
                "body",
                Markup.Of(
                    "main",
                    Header(report),
                    Next(report),
                    Steps(report, axis),
                    Capacity(report, axis),
                    Share(report, axis),
                    Events(report),
                    Lanes(report),
                    Lists(report),
                    Markup.Block("footer", $"From the journal {report.Result.Journal}. Times are UTC; a pointer that rests on a bar, a line or a number shows more."))));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static XElement Header(DeploymentReport report)
    {
        DeploymentResult result = report.Result;
        int done = report.Instances.GroupBy(lane => lane.Row, StringComparer.Ordinal).Count(row => row.All(lane => lane.State == LaneState.Succeeded));
        int all = report.Instances.Select(lane => lane.Row).Distinct(StringComparer.Ordinal).Count();
        return Markup.Of(
            "header",
            Markup.Block("h1", report.Title.Substring(0, 1).ToUpperInvariant() + report.Title.Substring(1)),
            Markup.Block("span", ("class", $"state {Tone(result.State)}"), result.State.ToString()),
            result.Error.Length > 0 ? Markup.Block("p", ("class", "bad"), result.Error) : null,
            Markup.Of(
                "dl", ("class", "facts"),
                Fact("Deployment", result.Id),
                Fact("Instances done", FormattableString.Invariant($"{done} of {all}")),
                result.Pool.Length > 0 ? Fact("Serving at the lowest", result.LowestCapacity.ToString(CultureInfo.InvariantCulture)) : null,
                Fact("Started", Durations.Moment(result.Started)),
                Fact("Duration", Durations.Of(result.Duration)),
                Fact("Driven by", string.Join(", then ", report.Drivers)),
                report.Undoes.Length > 0 ? Fact("Undoes", report.Undoes) : null,
                result.Reason.Length > 0 ? Fact("Reason", result.Reason, wide: true) : null));
    }

    private static string Tone(DeploymentState state) => state switch
    {
        DeploymentState.Succeeded => "good",
        DeploymentState.Failed or DeploymentState.Halted or DeploymentState.Interrupted => "bad",
        _ => "warning",
    };

    private static XElement Fact(string name, string value, bool wide = false) =>
        Markup.Of("div", wide ? ("class", "wide") : null, Markup.Block("dt", name), Markup.Block("dd", value));

    private static XElement? Next(DeploymentReport report)
    {
        IReadOnlyList<(string Command, string Purpose)> advice = ReportAdvice.Of(report.Result);
        if (advice.Count == 0) return null;
        return Markup.Of(
            "section", ("class", "next"),
            Markup.Block("h2", "What to type next"),
            Markup.Of("dl", advice.SelectMany(step => new[] { Markup.Of("dt", Markup.Block("code", step.Command)), Markup.Block("dd", step.Purpose) })));
    }

    private static XElement? Steps(DeploymentReport report, TimeAxis axis)
    {
        if (report.Lanes.Count == 0) return null;
        HashSet<string> drawn = [.. report.Lanes.SelectMany(lane => lane.Bars).Select(bar => StepColours.Of(bar.Step))];
        return Markup.Of(
            "section", ("class", "chart"), ("id", "steps"),
            Markup.Block("h2", "Steps"),
            Markup.Block("ul", ("class", "legend"), StepColours.Legend.Where(kind => drawn.Contains(kind.Class)).Select(kind => Markup.Of("li", Markup.Block("i", ("class", kind.Class)), kind.Legend))),
            LaneChart.Of(report, axis));
    }

    private static XElement? Capacity(DeploymentReport report, TimeAxis axis)
    {
        if (report.Capacity.Count == 0) return null;
        int left = report.Capacity.Count - PoolsDrawn;
        return Markup.Of(
            "section", ("class", "chart"), ("id", "capacity"),
            Markup.Block("h2", "Members that serve"),
            report.Capacity.Take(PoolsDrawn).Select(pool => StepLineChart.Of(pool.Pool, "", pool.Points, Math.Max(pool.Enabled, pool.Points.Max(point => point.Value ?? 0)), pool.Minimum, report.Until, axis)),
            left > 0 ? Markup.Block("p", FormattableString.Invariant($"{left} more pools are not drawn.")) : null);
    }

    private static XElement? Share(DeploymentReport report, TimeAxis axis) => report.Share.Count == 0 ? null : Markup.Of(
        "section", ("class", "chart share"), ("id", "share"),
        Markup.Block("h2", "The canaries' share of the traffic"),
        StepLineChart.Of("canaries", " %", report.Share, 100, limit: null, report.Until, axis));

    private static XElement? Events(DeploymentReport report) => report.Marks.Count == 0 ? null : Markup.Of(
        "section", ("id", "events"),
        Markup.Block("h2", "Events"),
        Markup.Of(
            "table",
            Head("", "When", "What"),
            Markup.Of("tbody", report.Marks.Select((mark, index) => Markup.Of(
                "tr",
                Markup.Block("td", ("class", "number"), FormattableString.Invariant($"{index + 1}")),
                Markup.Block("td", ("class", "when"), Durations.Moment(mark.At)),
                Markup.Block("td", ("class", mark.Level switch { MarkLevel.Failure => "bad", MarkLevel.Warning => "warning", _ => "note" }), mark.Text))))));

    private static XElement? Lanes(DeploymentReport report) => report.Lanes.Count == 0 ? null : Markup.Of(
        "section", ("id", "lanes"),
        Markup.Block("h2", "Lanes"),
        Markup.Of(
            "table",
            Head("Instance", "State", "From", "To", "Took", "Left"),
            Markup.Of("tbody", report.Lanes.Select(lane => Markup.Of(
                "tr",
                Markup.Block("td", lane.Name),
                Markup.Block("td", ("class", lane.State switch { LaneState.Failed => "bad", LaneState.Succeeded => "good", LaneState.NotStarted => "note", _ => "warning" }), lane.State.ToString()),
                Markup.Block("td", lane.From),
                Markup.Block("td", lane.To),
                Markup.Block("td", ("class", "when"), lane.Bars.Count == 0 ? "" : Durations.Of(lane.Duration)),
                Markup.Of("td", Markup.Block("p", lane.Left), lane.Error.Length > 0 ? Markup.Block("p", ("class", "bad"), lane.Error) : null,
                    lane.Mismatch.Length > 0 ? Markup.Block("p", ("class", "warning"), $"It runs {lane.Mismatch}.") : null))))));

    private static IEnumerable<XElement?> Lists(DeploymentReport report)
    {
        yield return Names("Skipped, because they failed their check beforehand", report.Result.Skipped);
        yield return Names("Not on the expected version", report.Result.Mismatched);
        yield return Names("What the plan warned of", report.Warnings);
    }

    private static XElement? Names(string heading, IReadOnlyList<string> names) => names.Count == 0 ? null : Markup.Of(
        "section", Markup.Block("h2", heading), Markup.Of("ul", names.Select(name => Markup.Block("li", name))));

    private static XElement Head(params string[] columns) => Markup.Of("thead", Markup.Of("tr", columns.Select(column => Markup.Block("th", column))));
}
