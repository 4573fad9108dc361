using System.Text;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments;

/// <summary>A result in words: what failed, where, the state now, and what to type next.</summary>
internal static class DeploymentSummary
{
    private const int NamesShown = 10;

    /// <summary>The one error of a deployment that did not succeed; null where it did.</summary>
    public static Fault? Fault(DeploymentResult result) => result.State switch
    {
        DeploymentState.Succeeded or DeploymentState.SucceededWithIssues or DeploymentState.Holding => null,
        DeploymentState.Halted => new Fault(ErrorId.DeploymentHalted, Describe(result), NextStep(result)),
        DeploymentState.Paused => new Fault(ErrorId.DeploymentPaused, Describe(result), NextStep(result)),
        DeploymentState.RolledBack when result.Strategy == Planning.UndoPlanner.Strategy => null,
        DeploymentState.RolledBack => new Fault(ErrorId.DeploymentRolledBack, Describe(result), NextStep(result)),
        DeploymentState.Stopped => new Fault(ErrorId.DeploymentStopped, Describe(result), NextStep(result)),
        _ => new Fault(ErrorId.DeploymentFailed, Describe(result), NextStep(result)),
    };

    public static string Describe(DeploymentResult result)
    {
        var text = new StringBuilder();
        // A lane may be about where traffic goes, and an instance may have several.
        IGrouping<(string, string, int), LaneResult>[] instances = [.. result.Lanes.Where(IsInstance).GroupBy(lane => (lane.Name, lane.Address, lane.Port))];
        int done = instances.Count(lanes => lanes.All(lane => lane.State == LaneState.Succeeded));
        text.Append($"{result.Strategy} deployment {result.Id} of {(result.Release.Length == 0 ? "a release without a name" : result.Release)}{(result.Pool.Length == 0 ? "" : " to " + result.Pool)} {Verb(result.State)}: {done} of {instances.Length} instances done");
        Append(text, "not started", result.Lanes.Where(lane => lane.State == LaneState.NotStarted).Select(lane => lane.Name));
        Append(text, "skipped", result.Skipped);
        Append(text, "not on the expected version", result.Mismatched);
        text.Append('.');
        foreach (LaneResult lane in result.Lanes.Where(lane => lane.State is LaneState.Failed or LaneState.Compensated or LaneState.Skipped).Take(NamesShown))
            text.Append('\n').Append($"{lane.Name} ({lane.ErrorId}): {lane.Error}{(lane.Left.Length > 0 ? $" Now: {lane.Left}." : "")}");
        if (result.Error.Length > 0 && result.Lanes.All(lane => lane.Error != result.Error)) text.Append('\n').Append(result.Error);
        return text.ToString();
    }

    private static string NextStep(DeploymentResult result)
    {
        string[] failed = result.Lanes.Where(lane => IsInstance(lane) && lane.State == LaneState.Failed && lane.ErrorId != Errors.ErrorId.Stopped).Select(lane => lane.Name).ToArray();
        string[] running = result.Lanes.Where(lane => lane.ErrorId == Errors.ErrorId.DeployNotStopped).Select(lane => lane.Name).ToArray();
        string wait = running.Length == 0 ? "" : $"Make sure that the deploy to {string.Join(", ", running.Take(NamesShown))} has ended, here and on the instance. ";
        string mend = failed.Length == 0 ? "" : $"{wait}Mend {string.Join(", ", failed.Take(NamesShown))}, then type ";
        string store = Journal.StoreLocation.Argument(result.Store), again = store + (result.NeedsBlock ? " -Deploy {…}" : "");
        string ways = result.State == DeploymentState.RolledBack
            ? ""
            : $"{(mend.Length > 0 ? mend : "Type ")}Resume-Deployment {result.Id}{again} to go on, Undo-Deployment {result.Id}{again} to go back, or Stop-Deployment {result.Id}{store} to close it. ";
        return $"\n{ways}The journal is {result.Journal}.";
    }

    private static bool IsInstance(LaneResult lane) => lane.Address.Length > 0;

    private static string Verb(DeploymentState state) => state switch
    {
        DeploymentState.Halted => "halted",
        DeploymentState.Stopped => "was stopped",
        DeploymentState.Paused => "ended paused",
        DeploymentState.Holding => "holds",
        DeploymentState.RolledBack => "failed and was rolled back",
        _ => "failed",
    };

    private static void Append(StringBuilder text, string what, IEnumerable<string> names)
    {
        string[] all = names.ToArray();
        if (all.Length == 0) return;
        text.Append($", {all.Length} {what} ({string.Join(", ", all.Take(NamesShown))}{(all.Length > NamesShown ? ", …" : "")})");
    }
}
