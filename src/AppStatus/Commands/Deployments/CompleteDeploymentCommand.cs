using System.Security;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>Ends a promotion for good: the instances that it has put into stand-by become stage, free for the next release.</summary>
[Cmdlet(VerbsLifecycle.Complete, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ById)]
[OutputType(typeof(DeploymentResult))]
public sealed class CompleteDeploymentCommand : StoredDeploymentCmdlet
{
    private readonly StatusEndpointParameters _endpoint = new();
    private SessionTable? _sessions;

    /// <summary>The session of a balancer that is reached by another address than when the deployment was started.</summary>
    [Parameter]
    [ValidateNotNull]
    public object[] Balancer { get; set; } = [];

    /// <summary>For Basic authentication at the status endpoints.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StatusCredential { get => _endpoint.Credential; set => _endpoint.Credential = value; }

    /// <summary>A Bearer token in its place.</summary>
    [Parameter]
    public SecureString? StatusToken { get => _endpoint.Token; set => _endpoint.Token = value; }

    /// <summary>Takes any certificate of the status endpoints, in this command only.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get => _endpoint.SkipCertificateCheck; set => _endpoint.SkipCertificateCheck = value; }

    /// <summary>Seconds to wait for another deployment of the pool, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double LockTimeoutSec { get; set; }

    internal override void End(ErrorRecord record) => throw DeploymentFailureException.Of(record, this);

    private protected override bool Prepare()
    {
        if (_endpoint.Check() is { } fault) ThrowFault(fault);
        _sessions = SessionTable.Current;
        return base.Prepare();
    }

    private protected override async Task RunAsync(IPipelineWriter output, IDeploymentStore store, string id, CancellationToken cancellationToken)
    {
        RunState state = RunState.Fold(await store.ReadAsync(id, cancellationToken).ConfigureAwait(false));
        PlanningResult planned = CompletePlanner.Plan(state);
        if (planned.Plan is not { } plan) throw new AppStatusException(planned.Refusals[0], id);
        string names = string.Join(", ", plan.Waves.SelectMany(wave => wave.Lanes).Select(lane => lane.Instance.Name));
        if (!await output.ShouldProcessAsync($"deployment {id}", $"make stage of {names}").ConfigureAwait(false)) return;
        if (plan.Options.HasStatusCredential && StatusCredential is null && StatusToken is null)
            throw new AppStatusException(ErrorId.ScriptMissing, $"Deployment {id} was started with -StatusCredential or -StatusToken, which is not recorded. Nothing was touched.", "Pass it again.", id);

        using var status = new StatusClient(_endpoint.ToOptions(connections: 32));
        string? hostHeader = plan.Options.HostHeader.Length > 0 ? plan.Options.HostHeader : null;
        IReadOnlyDictionary<string, IBalancer> balancers = new RecordedBalancers(_sessions!, Balancer, status, hostHeader).Of(state.Plan);
        using var logs = new LaneLogs(null);
        using var narrator = new DeploymentNarrator(output, logs);
        narrator.Open();
        var driver = new DeploymentDriver(store, DeploymentScripts.NoScripts(balancers, narrator));
        DeploymentResult result = await driver.CompleteAsync(id, TimeSpan.FromSeconds(LockTimeoutSec), cancellationToken).ConfigureAwait(false);
        if (DeploymentSummary.Fault(result) is { } fault) throw DeploymentFailureException.Of(fault, result);
        output.WriteObject(result);
    }
}
