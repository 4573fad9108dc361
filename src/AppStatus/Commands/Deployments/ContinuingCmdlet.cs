using System.ComponentModel;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>What Resume- and Undo-Deployment share: which deployment, what it needs again, and the connected balancers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ContinuingCmdlet : DrivingCmdlet
{
    private protected const string ById = "Id", ByLast = "Last";

    private SessionTable? _sessions;
    private string _id = "";
    private DeploymentScripts? _scripts;

    private protected ContinuingCmdlet()
    {
    }

    /// <summary>The deployment's id; what Get-Deployment emits brings it along.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    public string? Id { get; set; }

    /// <summary>The newest deployment; of -Pool, where the store knows several.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLast)]
    public SwitchParameter Last { get; set; }

    /// <summary>The pool whose newest deployment is meant.</summary>
    [Parameter(ParameterSetName = ByLast)]
    public string? Pool { get; set; }

    /// <summary>The session of a balancer that is reached by another address than when the deployment was started.</summary>
    [Parameter]
    [ValidateNotNull]
    public object[] Balancer { get; set; } = [];

    /// <summary>What is run for each instance; not needed where the deployment was started with -FilePath.</summary>
    [Parameter]
    public ScriptBlock? Deploy { get; set; }

    /// <summary>The same as a script file; default: the one that is recorded.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FilePath { get; set; }

    internal sealed override ScriptBlock? DeployBlock => Deploy;

    internal sealed override string? DeployFile => FilePath;

    private protected sealed override TimeSpan DeployGrace => Recorded.Plan.Options.StopGrace;

    private protected override TimeSpan StopGrace => TimeSpan.FromMinutes(10);

    private protected TimeSpan LockTimeout => TimeSpan.FromSeconds(LockTimeoutSec);

    /// <summary>The journaled deployment as it stands.</summary>
    private protected RunState Recorded { get; private set; } = null!;

    private protected sealed override bool Prepare()
    {
        base.Prepare();
        _sessions = SessionTable.Current;
        return true;
    }

    /// <summary>The deployment that is meant by the one that was named.</summary>
    private protected abstract string Subject(RunState recorded);

    /// <summary>Whether this goes on itself where a driver lives and waits; else that is told to, and goes on there.</summary>
    private protected abstract bool TakesOver { get; }

    /// <summary>Speaks to a driver that lives and waits.</summary>
    private protected abstract Task SpeakAsync(IPipelineWriter output, IDeploymentStore store, DeploymentResult waiting, CancellationToken cancellationToken);

    /// <summary>Whether a lane will have something deployed to it, so that the script is needed.</summary>
    private protected abstract bool Deploys(RunState recorded);

    /// <summary>What -WhatIf shows.</summary>
    private protected abstract string Preview(RunState recorded);

    private protected abstract Task<DeploymentResult> DriveAsync(DeploymentDriver driver, string id, CancellationToken stop);

    private protected sealed override async Task<DeploymentResult?> DriveAsync(IPipelineWriter output, LazyStore lazy, DeploymentNarrator narrator, CancellationToken stop)
    {
        IDeploymentStore store = await lazy.OpenAsync(stop).ConfigureAwait(false);
        _id = await DeploymentSelection.FindAsync(store, Id, Pool, stop).ConfigureAwait(false);
        var history = new DeploymentHistory(store);
        (DeploymentResult now, Recorded) = await history.ReadAsync(_id, stop).ConfigureAwait(false);
        if (Subject(Recorded) is { } subject && subject != _id) (now, Recorded) = await history.ReadAsync(_id = subject, stop).ConfigureAwait(false);
        bool waits = !Recorded.Ended && now.State is DeploymentState.Paused or DeploymentState.AwaitingApproval;
        if (waits && !TakesOver)
        {
            await SpeakAsync(output, store, now, stop).ConfigureAwait(false);
            return null;
        }

        DeploymentOptions options = Recorded.Plan.Options;
        _scripts = await output.OnPipelineAsync(() => DeploymentScripts.Take(this, options.DeployScriptPath.Length > 0 ? options.DeployScriptPath : null)).ConfigureAwait(false);
        _scripts.Require(options, Deploys(Recorded), StatusCredential is not null || StatusToken is not null);
        if (_scripts.Deploy is { } script && options.DeployScriptHash.Length > 0 && script.Hash != options.DeployScriptHash)
            output.WriteWarning("The deploy script is another one than the deployment was started with.");

        string preview = Preview(Recorded);
        if (!await output.ShouldProcessAsync(preview, preview + "\nGo on?", MyInvocation.MyCommand.Name).ConfigureAwait(false)) return null;

        if (waits)
        {
            await SpeakAsync(output, store, now, stop).ConfigureAwait(false);
            Recorded = RunState.Fold(await store.ReadAsync(_id, stop).ConfigureAwait(false));
        }

        string? hostHeader = HostHeader ?? (options.HostHeader.Length > 0 ? options.HostHeader : null);
        IReadOnlyDictionary<string, IBalancer> balancers = new RecordedBalancers(_sessions!, Balancer, Status, hostHeader).Of(Recorded.Plan);
        Begin(narrator);
        var probe = new InstanceHealthProbe(Status)
        {
            HealthPath = options.HealthPath.Length > 0 ? options.HealthPath : null,
            HostHeader = hostHeader,
            StatusDrivesTraffic = options.TrafficControl == TrafficControl.Status,
        };
        return await DriveAsync(new DeploymentDriver(store, _scripts.Ports(balancers, probe, options.DeployTimeout, narrator)), _id, stop).ConfigureAwait(false);
    }
}
