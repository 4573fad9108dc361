using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Reporting.AzurePipelines;

/// <summary>A run as an agent hears of it: how far it is, and what is wrong.</summary>
internal sealed class AgentNarration
{
    private int _percent = -1;

    /// <summary>TF_BUILD says that an agent of Azure Pipelines reads what is written.</summary>
    public static bool IsHeard(string? tfBuild) => string.Equals(tfBuild, "True", StringComparison.OrdinalIgnoreCase);

    /// <summary>An event that a log should show even when nobody asked for more: how a lane ended, and what happened to the whole.</summary>
    public static bool IsCalm(JournalEvent item) => item is not (StepStarted or StepSucceeded or BakeStarted or FleetCheckStarted);

    /// <summary>The commands for one event, in order; mostly none.</summary>
    public IEnumerable<AgentCommand> Of(JournalRecord record, RunState state)
    {
        if (record.Event is DeploymentStarted started)
            foreach (string warning in started.Plan.Warnings) yield return AgentCommand.Warning(warning);
        if (Issue(record.Event, state) is { } issue) yield return issue;
        int total = state.Lanes.Count, done = state.Lanes.Count(lane => lane.Ended is not null);
        int percent = total == 0 ? 100 : 100 * done / total;
        if (percent == _percent) yield break;
        _percent = percent;
        yield return AgentCommand.Progress(percent, $"{state.Plan.Strategy} deployment {state.Plan.Release}");
    }

    private static AgentCommand? Issue(JournalEvent item, RunState state) => item switch
    {
        // Whether a failed lane fails the whole is told at the end.
        LaneEnded { State: LaneState.Failed or LaneState.Skipped } ended => AgentCommand.Warning($"{state[ended.Lane].Plan.Instance.Name}: {ended.State}{(ended.Error is { } error ? $" ({error})" : "")}: {ended.Message}"),
        AlertFired alert => AgentCommand.Warning($"Alert {alert.Rule}: {alert.Message}"),
        FleetChecked { Mismatched.Count: > 0 } or ConfigurationKept { Fault.Length: > 0 } or BakeEnded { Failure.Length: > 0 } or BakeEnded { Inconclusive.Length: > 0 } or BakeEnded { Unhealthy.Count: > 0 } or Paused =>
            AgentCommand.Warning(Marks.Of(new JournalRecord(0, default, item), state)!.Text),
        Halted halted => AgentCommand.Error($"Halted ({halted.Error}): {halted.Message}"),
        DeploymentEnded { State: DeploymentState.Failed } => AgentCommand.Error($"The {state.Plan.Strategy} deployment {state.Id} failed."),
        _ => null,
    };
}
