using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;

namespace AppStatus.Commands.Deployments;

/// <summary>Ends a deployment that waits for an approval; it halts, or does what -OnFailure says.</summary>
[Cmdlet(VerbsLifecycle.Deny, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ById)]
[OutputType(typeof(DeploymentResult))]
public sealed class DenyDeploymentCommand : SignallingCmdlet
{
    private protected override ControlAction Action => ControlAction.Deny;

    private protected override string What => "deny";

    private protected override bool Fits(DeploymentState state) => state == DeploymentState.AwaitingApproval;

    private protected override bool IsHeeded(DeploymentResult now, RunState state) => now.State != DeploymentState.AwaitingApproval;

    private protected override bool CameTooLate(DeploymentState now) => now is DeploymentState.Paused or DeploymentState.Interrupted;
}
