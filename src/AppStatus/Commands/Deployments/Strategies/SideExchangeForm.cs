using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Commands.Deployments.Strategies;

/// <summary>A blue-green deployment by status or traffic state: all of stage comes in, then all that were ready go out.</summary>
internal sealed class SideExchangeForm(TimeSpan keepWarm) : StrategyForm
{
    public override TrafficControl? UsualControl => TrafficControl.Status;

    public override DeploymentOptions Complete(DeploymentOptions options, DeploymentCmdlet typed) => options with
    {
        Promote = true,
        RequireApproval = typed.RequireApproval,
        ApproveAfter = typed.ApproveAfter,
        KeepWarm = keepWarm,
    };

    public override Task<PlanningResult> PlanAsync(DeploymentOptions options, PlanningInput world, IReadOnlyDictionary<string, IBalancer> balancers, CancellationToken cancellationToken) =>
        Task.FromResult(BlueGreenPlanner.Promote(options, world));
}
