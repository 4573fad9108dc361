using System.Security;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>
/// Ends a deployment. One that is driven finishes its lanes in flight first; one whose driver is dead gets back what was only
/// drained, and is closed: what stays out is listed, and is yours.
/// </summary>
[Cmdlet(VerbsLifecycle.Stop, "Deployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ById)]
[OutputType(typeof(DeploymentResult))]
public sealed class StopDeploymentCommand : SignallingCmdlet
{
    private readonly StatusEndpointParameters _endpoint = new();
    private SessionTable? _sessions;

    /// <summary>Lanes in flight are compensated, not finished.</summary>
    [Parameter]
    public SwitchParameter Immediate { get; set; }

    /// <summary>Returns when the deployment has ended, not when it has heard.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>The session of a balancer that is reached by another address than when the deployment was started.</summary>
    [Parameter]
    [ValidateNotNull]
    public object[] Balancer { get; set; } = [];

    /// <summary>For Basic authentication at the status endpoints, where they drive the traffic of a deployment whose driver is dead.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StatusCredential { get => _endpoint.Credential; set => _endpoint.Credential = value; }

    /// <summary>A Bearer token in its place.</summary>
    [Parameter]
    public SecureString? StatusToken { get => _endpoint.Token; set => _endpoint.Token = value; }

    /// <summary>Takes any certificate of the status endpoints, in this command only.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get => _endpoint.SkipCertificateCheck; set => _endpoint.SkipCertificateCheck = value; }

    private protected override ControlAction Action => Immediate ? ControlAction.StopImmediately : ControlAction.Stop;

    private protected override string What => Immediate ? "stop at once" : "stop";

    private protected override bool Fits(DeploymentState state) => state == DeploymentState.Paused || DeploymentHistory.IsDriven(state);

    private protected override bool IsHeeded(DeploymentResult now, RunState state) =>
        state.Ended || now.State == DeploymentState.Interrupted || (!Wait && (Immediate ? state.StopImmediately : state.StopRequested));

    private protected override TimeSpan? Patience => Wait ? null : base.Patience;

    private protected override bool Prepare()
    {
        _sessions = SessionTable.Current;
        return base.Prepare();
    }

    private protected override async Task RunAsync(IPipelineWriter output, IDeploymentStore store, string id, CancellationToken cancellationToken)
    {
        (DeploymentResult now, RunState state) = await new DeploymentHistory(store).ReadAsync(id, cancellationToken).ConfigureAwait(false);
        bool driven = !state.Ended && now.State != DeploymentState.Interrupted;
        if (driven || state.IsSettled)
        {
            await base.RunAsync(output, store, id, cancellationToken).ConfigureAwait(false);
            return;
        }

        // A share that nobody watches any more is taken back, as a stop of the run would have done.
        bool writes = !state.Ended || state.ActiveShift is not null;
        string what = state.ActiveShift is null ? "put back what was only drained, and close" : "take the canaries' traffic back, and close";
        if (!await output.ShouldProcessAsync($"deployment {id} ({now.State})", what).ConfigureAwait(false)) return;
        if (writes && state.Plan.Options.HasStatusCredential && StatusCredential is null && StatusToken is null)
            throw new AppStatusException(ErrorId.ScriptMissing, $"Deployment {id} was started with -StatusCredential or -StatusToken, which is not recorded. Nothing was touched.", "Pass it again.", id);
        using var status = new StatusClient(_endpoint.ToOptions(connections: 32));
        string? hostHeader = state.Plan.Options.HostHeader.Length > 0 ? state.Plan.Options.HostHeader : null;
        IReadOnlyDictionary<string, IBalancer> balancers = !writes ? new Dictionary<string, IBalancer>() : new RecordedBalancers(_sessions!, Balancer, status, hostHeader).Of(state.Plan);
        using var logs = new LaneLogs(null);
        using var narrator = new DeploymentNarrator(output, logs);
        DeploymentPorts ports = DeploymentScripts.NoScripts(balancers, narrator);
        DeploymentResult closed = await new DeploymentDriver(store, ports).CloseAsync(id, Reason, cancellationToken).ConfigureAwait(false);
        (_, RunState after) = await new DeploymentHistory(store).ReadAsync(id, cancellationToken).ConfigureAwait(false);
        foreach (LaneRun lane in after.Lanes.Where(lane => lane.LeftOut))
            output.WriteWarning($"{lane.Plan.Instance.Name} stays as it is: {Results.Left(lane)}.");
        output.WriteObject(closed);
    }
}
