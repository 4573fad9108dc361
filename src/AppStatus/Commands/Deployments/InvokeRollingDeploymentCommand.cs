using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Core.Verification;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>Releases onto the instances of a pool, some at a time, so that no request is lost.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "RollingDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ByBlock)]
[OutputType(typeof(DeploymentResult), typeof(DeploymentPlan))]
public sealed class InvokeRollingDeploymentCommand : DeploymentCmdlet
{
    private readonly List<StatusTarget> _targets = [];
    private DeploymentInput? _input;
    private DeploymentOptions? _options;
    private DeploymentScripts? _scripts;

    protected override void ProcessRecord()
    {
        foreach (StatusInput input in InputObject)
        {
            // One input that can't be used forbids the run: a deployment to fewer than were meant is no success.
            StatusTarget target = Checked(() => Endpoint.Resolve(input));
            if (Endpoint.Warning(target) is { } warning) Say(output => output.WriteWarning(warning));
            _targets.Add(target);
        }
    }

    private protected override bool Prepare()
    {
        base.Prepare();
        if (_targets.Count == 0)
            ThrowFault(new Fault(ErrorId.NoInstances, "No instance came through the pipeline. Nothing was touched.", "Look at what the command before this one gives, such as Get-HAProxyServer -Backend app."));

        _options = Plan?.Options ?? Checked(() => DeploymentOptionsReader.Read(this, Host.IsInteractive()));
        bool asked = Plan is not null || MyInvocation.BoundParameters.ContainsKey(nameof(TrafficControl));
        _input = Checked(() => DeploymentInput.Of(_targets, asked ? Plan?.Options.TrafficControl ?? TrafficControl : null, Status, SessionTable.Current));
        _scripts = Checked(() => DeploymentScripts.Take(this));
        _options = _options with { TrafficControl = _input.TrafficControl, DeployScriptHash = _scripts.Deploy!.Hash, DeployScriptPath = _scripts.File ?? "" };
        return true;
    }

    private protected override async Task<DeploymentResult?> DriveAsync(IPipelineWriter output, LazyStore store, DeploymentNarrator narrator, CancellationToken stop)
    {
        var probe = new InstanceHealthProbe(Status) { HealthPath = HealthPath, HostHeader = HostHeader, StatusDrivesTraffic = _input!.TrafficControl == TrafficControl.Status };
        DeploymentPorts ports = _scripts!.Ports(_input.Balancers, probe, _options!.DeployTimeout, narrator);
        if (!PlanOnly && OnUnfinished != "Fail" && await SettleAsync(output, ports, store, stop).ConfigureAwait(false) is { } resumed) return resumed;

        DeploymentPlan plan = await PlanAsync(ports, stop).ConfigureAwait(false);
        if (PlanOnly)
        {
            output.WriteObject(plan);
            return null;
        }

        foreach (string warning in plan.Warnings) output.WriteWarning(warning);
        if (!await output.ShouldProcessAsync(plan.ToString(), plan + "\nRun this deployment?", "Rolling deployment").ConfigureAwait(false)) return null;
        narrator.Open();
        var driver = new DeploymentDriver(await store.OpenAsync(stop).ConfigureAwait(false), ports);
        return await driver.RunAsync(plan, TimeSpan.FromSeconds(LockTimeoutSec), stop).ConfigureAwait(false);
    }

    private async Task<DeploymentPlan> PlanAsync(DeploymentPorts ports, CancellationToken cancellationToken)
    {
        PlanningInput world = await new WorldReader(ports.Balancers, ports.Health)
            .ReadAsync(_input!.Targets, _input.Memberships, InstanceKey == "Address", _options!.ExpectedVersion, cancellationToken).ConfigureAwait(false);
        PlanningResult planned = RollingPlanner.Plan(_options, world);
        if (planned.Plan is not { } plan)
            throw new AppStatusException(planned.Refusals[0].Id, string.Join("\n", planned.Refusals.Select(refusal => refusal.Message)), planned.Refusals[0].NextStep, _input.Targets);
        if (Plan is not null) PlanComparison.Require(Plan, plan);
        return plan;
    }

    /// <summary>Goes on with an unfinished deployment of the pools, or undoes it first; null: this one runs.</summary>
    private async Task<DeploymentResult?> SettleAsync(IPipelineWriter output, DeploymentPorts ports, LazyStore lazy, CancellationToken stop)
    {
        IDeploymentStore store = await lazy.OpenAsync(stop).ConfigureAwait(false);
        var driver = new DeploymentDriver(store, ports);
        PoolKey[] pools = [.. _input!.Memberships.Select(PoolKey.Of).Distinct()];
        if (await new UnfinishedDeployments(store).FindAsync(pools, stop).ConfigureAwait(false) is not { } unfinished) return null;

        string what = $"{OnUnfinished} the unfinished deployment {unfinished.Id}";
        if (!await output.ShouldProcessAsync(string.Join(", ", pools), what).ConfigureAwait(false)) return null;
        TimeSpan lockTimeout = TimeSpan.FromSeconds(LockTimeoutSec);
        if (OnUnfinished == "Resume") return await driver.ResumeAsync(unfinished.Id, retryFailed: true, lockTimeout, stop).ConfigureAwait(false);

        DeploymentResult undone = await driver.UndoAsync(unfinished.Id, release: null, lockTimeout, stop).ConfigureAwait(false);
        return undone.State == DeploymentState.RolledBack ? null : undone;
    }
}
