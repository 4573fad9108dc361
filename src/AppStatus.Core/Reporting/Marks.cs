using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Reporting;

/// <summary>The events that are about the whole and not about one step, in words.</summary>
internal static class Marks
{
    public static ReportMark? Of(JournalRecord record, RunState state)
    {
        (MarkLevel Level, string Text)? mark = record.Event switch
        {
            AlertFired alert => (MarkLevel.Failure, $"Alert {alert.Rule}: {alert.Message}"),
            BakeStarted bake => (MarkLevel.Note, $"Wave {bake.Wave} is done; its health is watched"),
            BakeEnded { Failure.Length: > 0 } bake => (MarkLevel.Failure, $"Wave {bake.Wave} was judged and found bad: {bake.Failure}"),
            BakeEnded { Inconclusive.Length: > 0 } bake => (MarkLevel.Warning, $"Wave {bake.Wave} could not be judged: {bake.Inconclusive}"),
            BakeEnded { Unhealthy.Count: > 0 } bake => (MarkLevel.Failure, $"Wave {bake.Wave} lost the health of {Names(bake.Unhealthy.Keys, state)}"),
            BakeEnded { CutShort: true } bake => (MarkLevel.Warning, $"The watch over wave {bake.Wave} was cut short; nothing bad was seen until then"),
            BakeEnded bake => (MarkLevel.Note, $"Wave {bake.Wave} stayed healthy"),
            ShareWithdrawn withdrawn => (MarkLevel.Warning, withdrawn.Why),
            FleetChecked { Mismatched.Count: > 0 } check => (MarkLevel.Warning, $"Not on the expected version: {string.Join(", ", check.Mismatched.Select(pair => $"{state[pair.Key].Plan.Instance.Name} ({pair.Value})"))}{(check.CutShort ? "; the check was cut short" : "")}"),
            FleetChecked { CutShort: true } => (MarkLevel.Warning, "The check of versions was cut short: not every instance was asked"),
            FleetChecked => (MarkLevel.Note, "Every instance runs the expected version"),
            Halted halted => (MarkLevel.Failure, $"Halted ({halted.Error}): {halted.Message}"),
            StopRequested stop => (MarkLevel.Warning, $"Stopped{By(stop.By, stop.Reason)}"),
            DeploymentResumed resumed => (MarkLevel.Note, $"Resumed by {resumed.By} on {resumed.Host}{(resumed.TakenOverFrom.Length > 0 ? $", taken over from {resumed.TakenOverFrom}" : "")}"),
            Paused paused => (MarkLevel.Warning, $"Paused ({paused.Reason}): {paused.Message}"),
            Continued continued => (MarkLevel.Note, $"Let go on{By(continued.By, continued.Reason)}"),
            Denied denied => (MarkLevel.Warning, $"Approval denied{By(denied.By, denied.Reason)}"),
            LanesUndone undone => (MarkLevel.Warning, $"{(undone.Whole ? "Undone whole" : $"{undone.Lanes.Count} lanes undone")} by deployment {undone.By}"),
            Closed closed => (MarkLevel.Note, $"Closed{By(closed.By, closed.Reason)}"),
            ConfigurationKept { Fault.Length: > 0 } kept => (MarkLevel.Warning, kept.Fault),
            DeploymentEnded ended => (Level(ended.State), $"Ended: {ended.State}"),
            _ => null,
        };
        return mark is { } found ? new ReportMark(record.At, found.Level, found.Text) : null;
    }

    private static MarkLevel Level(DeploymentState state) => state switch
    {
        DeploymentState.Failed or DeploymentState.Halted => MarkLevel.Failure,
        DeploymentState.Paused or DeploymentState.Stopped or DeploymentState.SucceededWithIssues => MarkLevel.Warning,
        _ => MarkLevel.Note,
    };

    private static string By(string by, string reason) => $" by {by}{(reason.Length > 0 ? $": {reason}" : "")}";

    private static string Names(IEnumerable<string> lanes, RunState state) => string.Join(", ", lanes.Select(lane => state[lane].Plan.Instance.Name));
}
