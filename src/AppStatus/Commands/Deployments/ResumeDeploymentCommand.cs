using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Verification.Analysis;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>Goes on with a deployment from its journal: after a crash, a stop, a pause or a halt.</summary>
[Cmdlet(VerbsLifecycle.Resume, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ById)]
[OutputType(typeof(DeploymentResult))]
public sealed class ResumeDeploymentCommand : ContinuingCmdlet
{
    /// <summary>Leaves lanes that have failed as they are; without it they are tried again, first, with a new failure budget.</summary>
    [Parameter]
    public SwitchParameter SkipFailed { get; set; }

    /// <summary>Rules that watch the deployment; those that it was started with are not recorded.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AlertRule[] AlertRule { get; set; } = [];

    /// <summary>What canaries are judged by; what the deployment was started with is not recorded.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AnalysisRule[] Analysis { get; set; } = [];

    internal override AlertRule[] Rules => AlertRule;

    internal override AnalysisRule[] AnalysisRules => Analysis;

    private protected override string Subject(RunState recorded) => recorded.Id;

    private protected override bool TakesOver => false;

    private protected override bool GoesOn => true;

    private protected override async Task SpeakAsync(IPipelineWriter output, IDeploymentStore store, DeploymentResult waiting, CancellationToken cancellationToken)
    {
        string id = waiting.Id;
        if (waiting.State == DeploymentState.AwaitingApproval)
            throw new AppStatusException(ErrorId.DeploymentNotRunning, $"Deployment {id} waits for an approval.", $"Type Approve-Deployment {id} or Deny-Deployment {id}.", id);
        if (SkipFailed)
            throw new AppStatusException(ErrorId.InvalidArgument, $"Deployment {id} lives, and tries what has failed again when it goes on: -SkipFailed can't be told to it. Nothing was touched.", $"Type Stop-Deployment {id} -Wait, then this again.", id);
        if (!await output.ShouldProcessAsync($"deployment {id} ({waiting.State})", "let it go on").ConfigureAwait(false)) return;
        await store.SendAsync(id, new ControlSignal(ControlAction.Continue, Environment.UserName), cancellationToken).ConfigureAwait(false);
        output.WriteObject(await new DeploymentHistory(store).AwaitAsync(id, (now, _) => now.State != DeploymentState.Paused, SignallingCmdlet.HeardWithin, cancellationToken).ConfigureAwait(false));
    }

    private protected override bool Deploys(RunState recorded) => recorded.Lanes.Any(lane => lane.State is not (LaneState.Succeeded or LaneState.Skipped) && lane.Plan.Steps.Contains(StepKind.Deploy));

    private protected override IEnumerable<string> Releases(RunState recorded) => [recorded.Plan.Release];

    private protected override string Preview(RunState recorded)
    {
        int done = recorded.Lanes.Count(lane => lane.State == LaneState.Succeeded);
        string[] again = SkipFailed ? [] : [.. recorded.Lanes.Where(lane => lane.State is LaneState.Failed or LaneState.Compensated).Select(lane => lane.Plan.Instance.Name)];
        string[] cut = [.. recorded.InFlight.Select(lane => lane.Plan.Instance.Name)];
        int left = recorded.Lanes.Count(lane => lane.State == LaneState.NotStarted);
        return $"Resume deployment {recorded.Id} of {recorded.Plan.Release}: {done} of {recorded.Lanes.Count} instances done, {left} not started"
            + (cut.Length > 0 ? $"; was under way: {string.Join(", ", cut)}" : "")
            + (again.Length > 0 ? $"; tried again first: {string.Join(", ", again)}" : "") + ".";
    }

    private protected override Task<DeploymentResult> DriveAsync(DeploymentDriver driver, string id, TimeSpan lockTimeout, CancellationToken stop) =>
        driver.ResumeAsync(id, retryFailed: !SkipFailed, lockTimeout, stop);
}
