using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;

namespace AppStatus.Commands.Deployments;

/// <summary>Keeps a running deployment from starting further lanes, until Resume-Deployment; lanes in flight finish.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ById)]
[OutputType(typeof(DeploymentResult))]
public sealed class SuspendDeploymentCommand : SignallingCmdlet
{
    private protected override ControlAction Action => ControlAction.Suspend;

    private protected override string What => "suspend";

    private protected override bool Fits(DeploymentState state) => state == DeploymentState.Running;

    private protected override bool IsHeeded(DeploymentResult now, RunState state) => now.State != DeploymentState.Running;
}
