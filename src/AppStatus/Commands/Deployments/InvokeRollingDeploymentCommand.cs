using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Core.Verification;
using AppStatus.Pipeline;
using AppStatus.Scripts;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>Releases onto the instances of a pool, some at a time, so that no request is lost.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "RollingDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(DeploymentResult), typeof(DeploymentPlan))]
public sealed class InvokeRollingDeploymentCommand : DeploymentCmdlet
{
    private readonly List<StatusTarget> _targets = [];
    private StatusClient? _status;
    private DeploymentInput? _input;
    private DeploymentOptions? _options;
    private DeploymentScripts? _scripts;
    private DeploymentStore? _store;
    private string? _logFolder;

    protected override void BeginProcessing()
    {
        if (Endpoint.Check() is { } fault) ThrowFault(fault);
    }

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
        if (_targets.Count == 0)
            ThrowFault(new Fault(ErrorId.NoInstances, "No instance came through the pipeline. Nothing was touched.", "Look at what the command before this one gives, such as Get-HAProxyServer -Backend app."));

        _options = Checked(() => DeploymentOptionsReader.Read(this));
        _status = new StatusClient(Endpoint.ToOptions(connections: 32));
        bool asked = MyInvocation.BoundParameters.ContainsKey(nameof(TrafficControl));
        _input = Checked(() => DeploymentInput.Of(_targets, asked ? TrafficControl : null, _status, SessionTable.Current));
        _scripts = Checked(() => DeploymentScripts.Take(this));
        _options = _options with { TrafficControl = _input.TrafficControl, DeployScriptHash = _scripts.Deploy.Hash };
        _logFolder = LogPath is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(LogPath);

        string? store = Store is null || Store.Contains("://") ? Store : SessionState.Path.GetUnresolvedProviderPathFromPSPath(Store);
        (string folder, string? warning) = Checked(() => StoreLocation.Find(store));
        if (warning is not null && !PlanOnly) Say(output => output.WriteWarning(warning));
        _store = new DeploymentStore(folder);
        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        using var logs = new LaneLogs(_logFolder);
        var narrator = new DeploymentNarrator(output, logs);
        var deployment = new RollingDeployment(_scripts!.Ports(_input!.Balancers, Probe(narrator), narrator));

        PlanningResult planned = await deployment.PlanAsync(_options!, _input.Targets, _input.Memberships, InstanceKey == "Address", cancellationToken).ConfigureAwait(false);
        if (planned.Plan is not { } plan)
            throw new AppStatusException(planned.Refusals[0].Id, string.Join("\n", planned.Refusals.Select(refusal => refusal.Message)), planned.Refusals[0].NextStep, _input.Targets);
        if (PlanOnly)
        {
            output.WriteObject(plan);
            return;
        }

        foreach (string warning in plan.Warnings) output.WriteWarning(warning);
        if (!await output.ShouldProcessAsync(plan.ToString(), plan + "\nRun this deployment?", "Rolling deployment").ConfigureAwait(false)) return;

        logs.Open();
        DeploymentResult result = await deployment.RunAsync(plan, _store!, cancellationToken).ConfigureAwait(false);
        Fault? fault = DeploymentSummary.Fault(result);
        if (cancellationToken.IsCancellationRequested) output.WriteLastWords((fault ?? new Fault(ErrorId.DeploymentStopped, $"{result}")).ToString());
        else if (fault is null) output.WriteObject(result);
        else throw DeploymentFailureException.Of(fault, result);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _status?.Dispose();
    }

    private InstanceHealthProbe Probe(DeploymentNarrator narrator) => new(_status!, _options!.ExpectedVersion)
    {
        HealthPath = HealthPath,
        HostHeader = HostHeader,
        HealthCheck = _scripts!.HealthCheckPort(Release, narrator.OnLine),
        VersionCheck = _scripts.VersionCheckPort(Release, narrator.OnLine),
        StatusDrivesTraffic = _input!.TrafficControl == TrafficControl.Status,
    };
}
