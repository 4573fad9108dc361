using System.Globalization;
using System.Text;
using AppStatus.Core.Deployments.Execution;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>Everything that a run's state holds, as text: two states with one digest are the same.</summary>
internal static class Digest
{
    public static string Of(RunState state)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{state.Id} {state.State} wave {state.Waves.Index}/{state.Waves.Started} bake {state.Waves.Baking}/{state.Waves.Baked}/{state.Waves.Unwatched.Count} behind {state.Waves.CatchesUp} failures {state.Failures} ");
        text.Append(CultureInfo.InvariantCulture, $"halt {state.Halt} stop {state.StopRequested} fleet {state.CheckingFleet} {Of(state.Fleet?.Mismatched)} lowest {state.LowestCapacity} ");
        text.Append(CultureInfo.InvariantCulture, $"{state.Started:O} {state.LastEventAt:O} {state.LastLeftOut:O} {state.LastReturned:O}\n");
        text.Append(CultureInfo.InvariantCulture, $"share {state.ActiveShift?.Plan.Key} inconclusive {state.Inconclusive} ");
        text.Append(CultureInfo.InvariantCulture, $"pause {state.Pause} {state.PausedAt:O} approved {state.Waves.Approved} at once {state.StopImmediately} closed {state.IsClosed} undone {state.UndoneBy} settled {state.IsSettled} {state.ResumedAt:O} {state.Driver}\n");
        text.Append(" again: ").AppendJoin(',', state.Retries.Select(lane => lane.Plan.Key)).Append(" ready: ").AppendJoin(',', state.Ready.Select(lane => lane.Plan.Key)).Append(' ');
        text.Append(string.Join(",", state.InFlight.Select(lane => lane.Plan.Key))).Append(" out: ").AppendJoin(',', state.TakeOuts.Select(lane => lane.Plan.Key));
        foreach (LaneRun lane in state.Lanes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{lane.Plan.Key} {lane.State} {lane.OutOfService} {lane.Entered} {lane.Doomed} {lane.DeployStarted} {lane.Unwatched} {lane.Undone} {lane.AwaitsTakeOut} {lane.Error} {lane.Message} {lane.Mismatch} {lane.Ended:O} {Results.Left(lane)}");
            foreach (StepRun step in lane.Steps)
                text.Append(CultureInfo.InvariantCulture, $"\n  {step.Kind} {step.Attempt} {step.Started:O} {step.Ended:O} {step.Error} {step.Text}");
        }

        return text.ToString();
    }

    private static string Of(IReadOnlyDictionary<string, string>? findings) =>
        findings is null ? "-" : string.Join(",", findings.Select(finding => $"{finding.Key}={finding.Value}"));
}
