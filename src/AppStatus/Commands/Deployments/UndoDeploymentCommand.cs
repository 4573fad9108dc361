using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Commands.Deployments;

/// <summary>Takes a deployment back to where things were before it, under its own limits.</summary>
[Cmdlet(VerbsCommon.Undo, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ById)]
[OutputType(typeof(DeploymentResult))]
public sealed class UndoDeploymentCommand : ContinuingCmdlet
{
    /// <summary>A known earlier release to go to, in place of the one that each instance ran before.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Release { get; set; }

    private protected override bool Deploys(RunState recorded) => recorded.UndoneBy.Length == 0 && recorded.Lanes.Any(lane => lane.DeployStarted && !lane.Undone);

    private protected override string Preview(RunState recorded)
    {
        if (recorded.UndoneBy.Length > 0) return $"Undo deployment {recorded.Id}: it has been undone by {recorded.UndoneBy}, so nothing is left to do.";
        PlanningResult planned = UndoPlanner.Plan(recorded, Release);
        return planned.Plan?.ToString() ?? string.Join("\n", planned.Refusals.Select(refusal => refusal.Message));
    }

    private protected override Task<DeploymentResult> DriveAsync(DeploymentDriver driver, string id, CancellationToken stop) =>
        driver.UndoAsync(id, Release, LockTimeout, stop);
}
