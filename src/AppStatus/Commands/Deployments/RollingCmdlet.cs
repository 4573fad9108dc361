using System.ComponentModel;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Core.Verification;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>From what was typed and piped in to the plan of a rolling deployment.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class RollingCmdlet : DeploymentCmdlet
{
    private readonly List<StatusTarget> _targets = [];
    private DeploymentInput? _input;
    private DeploymentScripts? _scripts;

    private protected RollingCmdlet()
    {
    }

    private protected DeploymentOptions Options { get; private set; } = new();

    private protected DeploymentInput Input => _input!;

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

        Options = Plan?.Options ?? Checked(() => DeploymentOptionsReader.Read(this, Host.IsInteractive()));
        bool asked = Plan is not null || MyInvocation.BoundParameters.ContainsKey(nameof(TrafficControl));
        _input = Checked(() => DeploymentInput.Of(_targets, asked ? Plan?.Options.TrafficControl ?? TrafficControl : null, Status, SessionTable.Current));
        _scripts = Checked(() => DeploymentScripts.Take(this));
        if (Plan is not null) RequireApproved(Plan.Options);
        Options = Options with { TrafficControl = _input.TrafficControl, DeployScriptHash = _scripts.Deploy!.Hash, DeployScriptPath = _scripts.File ?? "" };
        return true;
    }

    private void RequireApproved(DeploymentOptions approved)
    {
        Checked(() => { Require(approved); return true; });
        if (approved.DeployScriptHash.Length > 0 && approved.DeployScriptHash != _scripts!.Deploy!.Hash)
            ThrowFault(new Fault(ErrorId.PlanOutdated, "The deploy script is another one than the plan was made with. Nothing was touched.", "Pass that one, or make a new plan with -PlanOnly and have it approved."), Plan);
    }

    /// <param name="options">Of the deployment that is driven: this one's, or an unfinished one's.</param>
    private protected DeploymentPorts Ports(DeploymentNarrator narrator, DeploymentOptions options)
    {
        var probe = new InstanceHealthProbe(Status)
        {
            HealthPath = options.HealthPath.Length > 0 ? options.HealthPath : null,
            HostHeader = HostHeader ?? (options.HostHeader.Length > 0 ? options.HostHeader : null),
            StatusDrivesTraffic = Input.TrafficControl == TrafficControl.Status,
        };
        return _scripts!.Ports(Input.Balancers, probe, options.DeployTimeout, narrator);
    }

    /// <summary>Before an unfinished deployment is gone on with in place of this one: it may need what was not passed.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ScriptMissing"/>.</exception>
    private protected void Require(DeploymentOptions recorded) =>
        _scripts!.Require(recorded, deploys: true, StatusCredential is not null || StatusToken is not null);

    private protected async Task<(PlanningInput World, PlanningResult Planned)> ReadAndPlanAsync(DeploymentPorts ports, CancellationToken cancellationToken)
    {
        PlanningInput world = await new WorldReader(ports.Balancers, ports.Health)
            .ReadAsync(Input.Targets, Input.Memberships, InstanceKey == "Address", Options.ExpectedVersion, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<Fault> refusals = await ConfigurationUpkeep.RefusalsAsync(Options, ports.Balancers.Values, cancellationToken).ConfigureAwait(false);
        return (world, refusals.Count > 0 ? new PlanningResult(null, refusals) : RollingPlanner.Plan(Options, world));
    }
}
