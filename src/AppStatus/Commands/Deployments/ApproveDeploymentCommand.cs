using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;

namespace AppStatus.Commands.Deployments;

/// <summary>Lets a deployment go on that waits for an approval.</summary>
[Cmdlet(VerbsLifecycle.Approve, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ById)]
[OutputType(typeof(DeploymentResult))]
public sealed class ApproveDeploymentCommand : SignallingCmdlet
{
    private protected override ControlAction Action => ControlAction.Approve;

    private protected override string What => "approve";

    private protected override bool Fits(DeploymentState state) => state == DeploymentState.AwaitingApproval;

    private protected override bool IsHeeded(DeploymentResult now, RunState state) => now.State != DeploymentState.AwaitingApproval;

    private protected override bool CameTooLate(DeploymentState now) => now is DeploymentState.Paused or DeploymentState.Interrupted;
}
