using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Commands.Deployments.Strategies;

/// <summary>A rolling deployment: in place, by a block, a file or an image, or as a promotion in pairs.</summary>
internal sealed class RollingForm(bool promote) : StrategyForm
{
    /// <summary>The parameter sets, as the strategies that deploy in place name them.</summary>
    public const string ByBlock = "Deploy", ByFile = "FilePath", ByImage = "Image", ByPromotion = "Promote";

    public override TrafficControl? UsualControl => promote ? TrafficControl.Status : null;

    public override DeploymentOptions Complete(DeploymentOptions options, DeploymentCmdlet typed) => options with { Promote = promote };

    public override Task<PlanningResult> PlanAsync(DeploymentOptions options, PlanningInput world, IReadOnlyDictionary<string, IBalancer> balancers, CancellationToken cancellationToken) =>
        Task.FromResult(options.Promote ? PromotePlanner.Plan(options, world) : RollingPlanner.Plan(options, world));
}
