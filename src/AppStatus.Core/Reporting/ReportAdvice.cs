using AppStatus.Core.Deployments;

namespace AppStatus.Core.Reporting;

/// <summary>What the reader of a report types next.</summary>
internal static class ReportAdvice
{
    /// <summary>Commands, each with what it is for; none where nothing is left to do.</summary>
    public static IReadOnlyList<(string Command, string Purpose)> Of(DeploymentResult result) => result.State switch
    {
        DeploymentState.Succeeded or DeploymentState.SucceededWithIssues or DeploymentState.RolledBack => [],
        DeploymentState.Running or DeploymentState.Stopping => [($"Watch-Deployment {result.Id}", "it runs still: look on")],
        DeploymentState.AwaitingApproval =>
        [
            ($"Approve-Deployment {result.Id}", "let it go on"),
            ($"Deny-Deployment {result.Id}", "keep it from going on"),
        ],
        DeploymentState.Holding =>
        [
            ($"Resume-Deployment {result.Id}", "release the rest"),
            ($"Undo-Deployment {result.Id}", "go back to what was before"),
        ],
        _ =>
        [
            ($"Resume-Deployment {result.Id}", result.Lanes.Any(lane => lane.State == LaneState.Failed) ? "go on, once what failed is mended" : "go on"),
            ($"Undo-Deployment {result.Id}", "go back to what was before"),
            ($"Stop-Deployment {result.Id}", "close it as it is"),
        ],
    };
}
