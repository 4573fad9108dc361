using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Commands.Deployments;

/// <summary>The forms of a rolling deployment: in place, by a block, a file or an image, and as a promotion.</summary>
internal static class RollingForms
{
    public const string ByBlock = "Deploy", ByFile = "FilePath", ByImage = "Image", ByPromotion = "Promote";

    public static Task<PlanningResult> PlanAsync(DeploymentOptions options, PlanningInput world) =>
        Task.FromResult(options.Promote ? PromotePlanner.Plan(options, world) : RollingPlanner.Plan(options, world));
}
