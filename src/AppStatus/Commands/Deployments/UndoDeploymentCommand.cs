using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>Takes a deployment back to where things were before it, under its own limits.</summary>
[Cmdlet(VerbsCommon.Undo, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ById)]
[OutputType(typeof(DeploymentResult))]
public sealed class UndoDeploymentCommand : ContinuingCmdlet
{
    /// <summary>A known earlier release to go to, in place of the one that each instance ran before. Without an id it is about the newest deployment.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Release { get; set; }

    // A release says what is wanted; what is to be undone for it is what was done last.
    private protected override bool MeansLast => Last || (Release is not null && !MyInvocation.BoundParameters.ContainsKey(nameof(Id)) && !MyInvocation.ExpectingInput);

    private protected override bool IsDone(DeploymentResult result) => result.State == DeploymentState.RolledBack;

    /// <summary>An undo that was cut short is gone on with; one that is done stays done.</summary>
    private protected override string Subject(RunState recorded) => recorded.Plan.Undoes.Length > 0 ? recorded.Plan.Undoes : recorded.Id;

    private protected override bool TakesOver => true;

    private protected override bool GoesOn => false;

    private protected override async Task SpeakAsync(IPipelineWriter output, IDeploymentStore store, DeploymentResult waiting, CancellationToken cancellationToken)
    {
        // Whoever waits gives up, and gives the lease back: it is taken by this one.
        string id = waiting.Id;
        var history = new DeploymentHistory(store);
        await store.SendAsync(id, new ControlSignal(ControlAction.Stop, Environment.UserName) { Reason = "It is undone." }, cancellationToken).ConfigureAwait(false);
        await history.AwaitAsync(id, (now, state) => state.StopRequested || IsOver(now, state), SignallingCmdlet.HeardWithin, cancellationToken).ConfigureAwait(false);
        (_, RunState heard) = await history.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        if (heard.Ended || heard.InFlight.Count == 0) return;

        // Lanes that were under way when it paused finish first.
        TimeSpan patience = Longest(TimeSpan.FromSeconds(LockTimeoutSec), heard.Plan.Options.StopGrace, SignallingCmdlet.HeardWithin);
        string busy = string.Join(", ", heard.InFlight.Select(lane => $"{lane.Plan.Instance.Name} ({lane.Current?.Kind})"));
        output.WriteWarning($"Deployment {id} stops, and is undone when {busy} is done: that is waited for, for {patience.TotalSeconds:0} s.");
        try
        {
            await history.AwaitAsync(id, IsOver, patience, cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception) when (exception.Id == ErrorId.TimedOut)
        {
            throw new AppStatusException(
                ErrorId.TimedOut, $"Deployment {id} was stopped, and {busy} was not done within {patience.TotalSeconds:0} s: nothing is undone yet.",
                $"Type Undo-Deployment {id} again when Get-Deployment {id} says that it has ended, wait longer with -LockTimeoutSec, or end it first with Stop-Deployment {id} -Immediate.", exception.Target, exception);
        }
    }

    // One that died in it will say nothing more, and its lease is free.
    private static bool IsOver(DeploymentResult now, RunState state) => state.Ended || now.State == DeploymentState.Interrupted;

    private static TimeSpan Longest(params TimeSpan[] times) => times.Max();

    private protected override bool Deploys(RunState recorded) => recorded.UndoneBy.Length == 0 && recorded.Lanes.Any(lane => lane.DeployStarted && !lane.Undone && lane.Plan.Effect == LaneEffect.Redeploy);

    private protected override async Task CheckAsync(IDeploymentStore store, RunState recorded, CancellationToken cancellationToken)
    {
        await new UnfinishedDeployments(store).RefuseNewerAsync(recorded.Id, recorded.Plan, cancellationToken).ConfigureAwait(false);
        // Which images there are is the engine's to know.
        if (Release is not null && recorded.Plan.Options.DeployImage.Length == 0) await new KnownReleases(store).RequireAsync(recorded.Plan, Release, cancellationToken).ConfigureAwait(false);
        if (recorded.UndoneBy.Length == 0 && UndoPlanner.Plan(recorded, Release).Refusals.FirstOrDefault() is { } refusal) throw new AppStatusException(refusal, recorded.Id);
    }

    private protected override IEnumerable<string> Releases(RunState recorded) =>
        Release is not null ? [Release] : recorded.Lanes.Where(lane => lane.DeployStarted).Select(lane => lane.Plan.Instance.PreviousRelease);

    private protected override string Preview(RunState recorded)
    {
        if (recorded.UndoneBy.Length > 0) return $"Undo deployment {recorded.Id}: it has been undone by {recorded.UndoneBy}, so nothing is left to do.";
        PlanningResult planned = UndoPlanner.Plan(recorded, Release);
        return planned.Plan?.ToString() ?? string.Join("\n", planned.Refusals.Select(refusal => refusal.Message));
    }

    private protected override Task<DeploymentResult> DriveAsync(DeploymentDriver driver, string id, TimeSpan lockTimeout, CancellationToken stop) =>
        driver.UndoAsync(id, Release, lockTimeout, stop);
}
