using System.ComponentModel;
using AppStatus.Core;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;
using AppStatus.Scripts;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>Plans, shows, and runs: what every strategy does the same.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StrategyCmdlet : PlanningCmdlet
{
    private protected StrategyCmdlet()
    {
    }

    private protected sealed override bool Begins => !PlanOnly;

    private protected sealed override async Task<DeploymentResult?> DriveAsync(IPipelineWriter output, LazyStore store, DeploymentNarrator narrator, string subject, CancellationToken stop)
    {
        await ReadInputAsync(output, stop).ConfigureAwait(false);
        DeploymentPorts ports = Ports(narrator, Options);
        if (!PlanOnly && OnUnfinished != "Fail" && await SettleAsync(output, narrator, store, stop).ConfigureAwait(false) is { } resumed) return resumed;

        DeploymentPlan plan = await MakePlanAsync(ports, stop).ConfigureAwait(false);
        if (PlanOnly || Previews) await TellOfOthersAsync(output, store, plan, stop).ConfigureAwait(false);
        if (PlanOnly)
        {
            if (Form.Image is { } image && ImageRelease.Of(image, Release, MachineClock.UtcNow).NeedsTag)
                throw new AppStatusException(ErrorId.InvalidArgument, $"A plan is kept and run later, and -Image {image} would mean another image then. Nothing was touched.", $"Pass it with a tag, such as {image}:1.2.");
            output.WriteObject(plan);
            return null;
        }

        if (!await output.ShouldProcessAsync(plan.ToString(), plan + "\nRun this deployment?", $"{plan.Strategy} deployment").ConfigureAwait(false)) return null;
        await RequireImagesAsync(ports, plan, stop).ConfigureAwait(false);
        Begin(narrator);
        var driver = new DeploymentDriver(await store.OpenAsync(stop).ConfigureAwait(false), ports);
        return await driver.RunAsync(plan, TimeSpan.FromSeconds(LockTimeoutSec), stop, PlanAnewAsync).ConfigureAwait(false);

        Task<DeploymentPlan> PlanAnewAsync(CancellationToken cancellationToken)
        {
            output.WriteVerbose("The pools were looked at some time ago, and another deployment may have ended since: planned anew.");
            return MakePlanAsync(ports, cancellationToken);
        }
    }

    // Who reads a plan must know that it would be refused as things stand.
    private static async Task TellOfOthersAsync(IPipelineWriter output, LazyStore store, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            IDeploymentStore opened = await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            if (await new UnfinishedDeployments(opened).FindAsync(LeaseKeys.Of(plan), cancellationToken).ConfigureAwait(false) is not { } other) return;
            bool driven = await new DeploymentHistory(opened).IsDrivenAsync(other, cancellationToken).ConfigureAwait(false);
            output.WriteWarning(driven
                ? $"Deployment {other.Id} of the same pools or instances is running: this one would be refused, or wait for it as long as -LockTimeoutSec says."
                : $"Deployment {other.Id} of the same pools or instances is not finished: this one would be refused. Look at it with Get-Deployment {other.Id}{StoreLocation.Argument(opened.Location)}, or pass -OnUnfinished.");
        }
        catch (AppStatusException exception)
        {
            output.WriteWarning($"Whether another deployment stands in the way can't be told: {exception.Fault}");
        }
    }

    // What is missing is found out before anything is touched, and what a roll-back would need as well.
    private async Task RequireImagesAsync(DeploymentPorts ports, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        if (ports.Deploy is not ImageDeployment images) return;
        Instance[] instances = [.. plan.Waves.SelectMany(wave => wave.Lanes).Where(lane => lane.Steps.Contains(StepKind.Deploy)).Select(lane => lane.Instance)];
        bool needsTag = Form.Image is { } image && ImageRelease.Of(image, Release, MachineClock.UtcNow).NeedsTag;
        await images.RequireImageAsync(instances, plan.Release, needsTag, cancellationToken).ConfigureAwait(false);
        if (plan.Options.OnFailure == FailureAction.Rollback) await images.RequireEarlierAsync(instances, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DeploymentPlan> MakePlanAsync(DeploymentPorts ports, CancellationToken cancellationToken)
    {
        (_, PlanningResult planned) = await ReadAndPlanAsync(ports, cancellationToken).ConfigureAwait(false);
        if (planned.Plan is not { } plan)
            throw new AppStatusException(planned.Refusals[0].Id, string.Join("\n", planned.Refusals.Select(refusal => refusal.Message)), planned.Refusals[0].NextStep, Input.Subject);
        if (Plan is not null) PlanComparison.Require(Plan, plan);
        return plan;
    }

    /// <summary>Goes on with an unfinished deployment of the pools, or undoes it first; null: this one runs.</summary>
    private async Task<DeploymentResult?> SettleAsync(IPipelineWriter output, DeploymentNarrator narrator, LazyStore lazy, CancellationToken stop)
    {
        IDeploymentStore store = await lazy.OpenAsync(stop).ConfigureAwait(false);
        PoolKey[] pools = [.. Input.Memberships.Select(PoolKey.Of).Distinct()];
        IReadOnlyList<string> keys = LeaseKeys.Of(Input.TrafficControl, pools, Input.Targets.Select(target => target.Status.Uri), Input.Memberships);
        if (await new UnfinishedDeployments(store).FindAsync(keys, stop).ConfigureAwait(false) is not { } unfinished) return null;

        DeploymentPorts ports = Ports(narrator, unfinished.Plan.Options);
        var driver = new DeploymentDriver(store, ports);
        // Who lives is waited for, as -LockTimeoutSec says, and not interfered with.
        if (await new DeploymentHistory(store).IsDrivenAsync(unfinished, stop).ConfigureAwait(false)) return null;

        bool resume = OnUnfinished == "Resume" && unfinished.Plan.Undoes.Length == 0;
        // An image without a tag is named by the time, which is another one now.
        bool sameRelease = unfinished.Plan.Release == Options.Release
            || (Form.Image is { } named && unfinished.Plan.Options.DeployImage == Options.DeployImage && ImageRelease.Of(named, Release, MachineClock.UtcNow).NeedsTag);
        if (resume && !sameRelease)
            throw new AppStatusException(
                ErrorId.DeploymentUnfinished, $"The unfinished deployment {unfinished.Id} is of {unfinished.Plan.Release}, not of {Options.Release}: going on with it would not release this. Nothing was touched.",
                $"Type Resume-Deployment {unfinished.Id}{StoreLocation.Argument(store.Location)} first, or pass -OnUnfinished Undo.", unfinished.Id);
        // To go on from there is somebody's decision, and not that of a job that is run again.
        bool decides = unfinished.State == DeploymentState.Holding || (unfinished.Ended && unfinished.Pause?.Reason == PauseReason.Approval);
        if (resume && decides)
            throw new AppStatusException(
                ErrorId.DeploymentUnfinished, $"Deployment {unfinished.Id} {(unfinished.State == DeploymentState.Holding ? "holds on purpose" : "waits for an approval")}: -OnUnfinished Resume does not decide that. Nothing was touched.",
                $"Type Resume-Deployment {unfinished.Id}{StoreLocation.Argument(store.Location)} to go on, or Undo-Deployment {unfinished.Id}{StoreLocation.Argument(store.Location)} to go back.", unfinished.Id);
        Require(unfinished.Plan.Options);
        LeftBehindDeploys.OfThisProcess.Refuse(unfinished);
        if (LeftBehindDeploys.LeftElsewhere(unfinished) is { Length: > 0 } left)
            throw new AppStatusException(
                ErrorId.DeployNotStopped, $"The last deploy to {left} could not be stopped, and that it has ended can't be seen from here: it ran in process {unfinished.Driver.ProcessId} on {unfinished.Driver.Host}. Nothing was touched.",
                $"Make sure that it has ended, then type {(resume ? "Resume" : "Undo")}-Deployment {unfinished.Id}{StoreLocation.Argument(store.Location)}.", unfinished.Id);
        if (ports.Deploy is ImageDeployment images)
        {
            Instance[] instances = [.. unfinished.Lanes.Where(lane => lane.Plan.Steps.Contains(StepKind.Deploy)).Select(lane => lane.Plan.Instance)];
            if (resume) await images.RequireImageAsync(instances, unfinished.Plan.Release, needsTag: false, stop).ConfigureAwait(false);
            else await images.RequireEarlierAsync(instances, stop).ConfigureAwait(false);
        }

        string what = $"{OnUnfinished} the unfinished deployment {unfinished.Id}";
        if (!await output.ShouldProcessAsync(string.Join(", ", pools), what).ConfigureAwait(false)) return null;
        Begin(narrator);
        return await driver.SettleAsync(unfinished.Id, undo: !resume, TimeSpan.FromSeconds(LockTimeoutSec), stop).ConfigureAwait(false);
    }
}
