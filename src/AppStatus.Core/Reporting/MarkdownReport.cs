using System.Globalization;
using System.Text;
using AppStatus.Core.Deployments;

namespace AppStatus.Core.Reporting;

/// <summary>A report as a short summary for the page of a build: Azure Pipelines, GitHub and GitLab show it.</summary>
internal static class MarkdownReport
{
    // Build servers cut a summary off at about a megabyte, and nobody reads so far.
    private const int RowsShown = 200;

    public static string Of(DeploymentReport report)
    {
        DeploymentResult result = report.Result;
        var text = new StringBuilder();
        text.Append($"## {Safe(report.Title)}: {result.State}\n\n");
        if (result.Error.Length > 0) text.Append($"> {Safe(result.Error)}\n\n");
        text.Append("| | |\n|---|---|\n");
        Row(text, "Deployment", result.Id);
        if (result.Pool.Length > 0) Row(text, "Serving at the lowest", result.LowestCapacity.ToString(CultureInfo.InvariantCulture) + Needed(report));
        Row(text, "Started", Durations.Moment(result.Started));
        Row(text, "Duration", Durations.Of(result.Duration));
        Row(text, "Driven by", string.Join(", then ", report.Drivers));
        if (result.Reason.Length > 0) Row(text, "Reason", result.Reason);
        if (result.Skipped.Count > 0) Row(text, "Skipped", string.Join(", ", result.Skipped));
        if (result.Mismatched.Count > 0) Row(text, "Not on the expected version", string.Join(", ", result.Mismatched));

        text.Append("\n| Instance | State | From | To | Took | Left |\n|---|---|---|---|---|---|\n");
        // What failed comes first, so that it is seen where there are many.
        foreach (ReportLane lane in report.Lanes.OrderBy(lane => lane.State == LaneState.Failed ? 0 : 1).Take(RowsShown))
        {
            string left = string.Join(" ", new[] { lane.Left, lane.Error }.Where(part => part.Length > 0));
            Row(text, lane.Name, lane.State.ToString(), lane.From, lane.To, lane.Bars.Count == 0 ? "" : Durations.Of(lane.Duration), left);
        }

        if (report.Lanes.Count > RowsShown) text.Append(FormattableString.Invariant($"\n{report.Lanes.Count - RowsShown} more lanes are in the report.\n"));
        IReadOnlyList<(string Command, string Purpose)> advice = ReportAdvice.Of(result);
        if (advice.Count > 0) text.Append("\nWhat to type next:\n\n");
        foreach ((string command, string purpose) in advice) text.Append($"- `{command}`: {purpose}\n");
        return text.ToString();
    }

    private static string Needed(DeploymentReport report) =>
        report.Capacity.Count == 0 ? "" : FormattableString.Invariant($" ({string.Join(", ", report.Capacity.Select(pool => FormattableString.Invariant($"{pool.Pool}: never below {pool.Minimum}")))})");

    private static void Row(StringBuilder text, params string[] cells) => text.Append("| ").Append(string.Join(" | ", cells.Select(Safe))).Append(" |\n");

    private static string Safe(string text) => ReportText.Markdown(text);
}
