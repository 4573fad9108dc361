using AppStatus.Commands.PoolMembers;
using System.ComponentModel;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;
using AppStatus.Pipeline;
using AppStatus.Scripts;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>What Resume- and Undo-Deployment share: which deployment, what it needs again, and the connected balancers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ContinuingCmdlet : DrivingCmdlet
{
    private protected const string ById = "Id", ByLast = "Last";

    private readonly DeploymentSelection _selection = new();
    private SessionTable? _sessions;

    private protected ContinuingCmdlet()
    {
    }

    /// <summary>The deployment's id; what Get-Deployment emits brings it along.</summary>
    [Parameter(Position = 0, ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    public string? Id { get; set; }

    /// <summary>The newest deployment; of -Pool, where the store knows several.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLast)]
    public SwitchParameter Last { get; set; }

    /// <summary>The pool whose newest deployment is meant; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ByLast)]
    [ArgumentCompleter(typeof(PoolNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Pool { get; set; }

    /// <summary>Where the deployment is recorded: a folder, or redis://host:6379/0; what Get-Deployment emits brings it along.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public override string? Store { get; set; }

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

    internal sealed override DeployForm Form => new(Deploy, FilePath);

    private protected sealed override TimeSpan DeployGrace => Recorded.Plan.Options.StopGrace;

    private protected override TimeSpan StopGrace => TimeSpan.FromMinutes(10);

    /// <summary>The journaled deployment as it stands.</summary>
    private protected RunState Recorded { get; private set; } = null!;

    protected override void ProcessRecord()
    {
        _selection.Add(Id, Store);
    }

    private protected sealed override string? StoreMeant => Checked(() => _selection.StoreOf(Store));

    private protected sealed override bool Prepare()
    {
        base.Prepare();
        _sessions = SessionTable.Current;
        if (MeansLast || _selection.IsNamed) return true;
        // Nothing came through the pipeline: there is nothing to do, and the newest one was not meant.
        if (MyInvocation.ExpectingInput) return false;
        ThrowFault(new Fault(ErrorId.InvalidArgument, "Which deployment is meant was not said. Nothing was touched.", $"Type {MyInvocation.MyCommand.Name} with an id of Get-Deployment, or with -Last."));
        return false;
    }

    /// <summary>Whether the newest deployment is meant, and none by its id.</summary>
    private protected virtual bool MeansLast => Last;

    /// <summary>The deployment that is meant by the one that was named.</summary>
    private protected abstract string Subject(RunState recorded);

    /// <summary>Whether this goes on itself where a driver lives and waits; else that is told to, and goes on there.</summary>
    private protected abstract bool TakesOver { get; }

    /// <summary>Speaks to a driver that lives and waits.</summary>
    private protected abstract Task SpeakAsync(IPipelineWriter output, IDeploymentStore store, DeploymentResult waiting, CancellationToken cancellationToken);

    /// <summary>Whether the deployment goes on, and is watched as it was before.</summary>
    private protected abstract bool GoesOn { get; }

    /// <summary>Whether a lane will have something deployed to it, so that the script is needed.</summary>
    private protected abstract bool Deploys(RunState recorded);

    /// <summary>What will be deployed, where an image deploys.</summary>
    private protected abstract IEnumerable<string> Releases(RunState recorded);

    /// <summary>What -WhatIf shows.</summary>
    private protected abstract string Preview(RunState recorded);

    /// <summary>What forbids it, beside what is missing here.</summary>
    /// <exception cref="AppStatusException">It can't be done.</exception>
    private protected virtual Task CheckAsync(IDeploymentStore store, RunState recorded, CancellationToken cancellationToken) => Task.CompletedTask;

    private protected abstract Task<DeploymentResult> DriveAsync(DeploymentDriver driver, string id, TimeSpan lockTimeout, CancellationToken stop);

    private protected sealed override async Task<IReadOnlyList<string>> SubjectsAsync(LazyStore lazy, CancellationToken cancellationToken) =>
        await _selection.FindAsync(await lazy.OpenAsync(cancellationToken).ConfigureAwait(false), MeansLast, Pool, cancellationToken).ConfigureAwait(false);

    private protected sealed override async Task<DeploymentResult?> DriveAsync(IPipelineWriter output, LazyStore lazy, DeploymentNarrator narrator, string named, CancellationToken stop)
    {
        IDeploymentStore store = await lazy.OpenAsync(stop).ConfigureAwait(false);
        var history = new DeploymentHistory(store);
        (DeploymentResult now, Recorded) = await history.ReadAsync(named, stop).ConfigureAwait(false);
        string id = Subject(Recorded);
        if (id != named) (now, Recorded) = await history.ReadAsync(id, stop).ConfigureAwait(false);
        bool waits = !Recorded.Ended && now.State is DeploymentState.Paused or DeploymentState.AwaitingApproval;
        if (waits && !TakesOver)
        {
            await SpeakAsync(output, store, now, stop).ConfigureAwait(false);
            return null;
        }

        // All that can forbid it comes first: whoever waits is not ended for nothing.
        DeploymentOptions options = Recorded.Plan.Options;
        DeploymentScripts scripts = await output.OnPipelineAsync(() => DeploymentScripts.Take(this, options.DeployScriptPath.Length > 0 ? options.DeployScriptPath : null)).ConfigureAwait(false);
        scripts.Require(options, Deploys(Recorded), StatusCredential is not null || StatusToken is not null, GoesOn);
        if (scripts.Deploy is { } script && options.DeployScriptHash.Length > 0 && script.Hash != options.DeployScriptHash)
            output.WriteWarning("The deploy script is another one than the deployment was started with.");
        string? hostHeader = HostHeader ?? (options.HostHeader.Length > 0 ? options.HostHeader : null);
        IReadOnlyDictionary<string, IBalancer> balancers = new RecordedBalancers(_sessions!, Balancer, Status, hostHeader).Of(Recorded.Plan);
        await CheckAsync(store, Recorded, stop).ConfigureAwait(false);
        RefuseRunning(output);

        string preview = Preview(Recorded);
        if (!await output.ShouldProcessAsync(preview, preview + "\nGo on?", MyInvocation.MyCommand.Name).ConfigureAwait(false)) return null;

        var probe = new InstanceHealthProbe(Status)
        {
            HealthPath = options.HealthPath.Length > 0 ? options.HealthPath : null,
            HostHeader = hostHeader,
            StatusDrivesTraffic = options.TrafficControl == TrafficControl.Status,
        };
        DeploymentPorts ports = scripts.Ports(balancers, probe, options, Status, narrator);
        if (ports.Deploy is ImageDeployment images && Deploys(Recorded))
        {
            foreach (string release in Releases(Recorded).Where(release => release.Length > 0).Distinct(StringComparer.Ordinal))
                await images.RequireImageAsync(Recorded.Lanes.Where(lane => lane.Plan.Steps.Contains(StepKind.Deploy)).Select(lane => lane.Plan.Instance), release, needsTag: false, stop).ConfigureAwait(false);
        }

        if (waits)
        {
            await SpeakAsync(output, store, now, stop).ConfigureAwait(false);
            Recorded = RunState.Fold(await store.ReadAsync(id, stop).ConfigureAwait(false));
        }

        Begin(narrator);
        // Whoever waited has said that it ends, and winds down still.
        TimeSpan patience = TimeSpan.FromSeconds(LockTimeoutSec);
        if (waits && patience < SignallingCmdlet.HeardWithin) patience = SignallingCmdlet.HeardWithin;
        return await DriveAsync(new DeploymentDriver(store, ports), id, patience, stop).ConfigureAwait(false);
    }

    // A deploy that could not be stopped may run still: in this process that is known, in another one it can only be said.
    private void RefuseRunning(IPipelineWriter output)
    {
        if (!Deploys(Recorded)) return;
        LeftBehindDeploys.OfThisProcess.Refuse(Recorded);
        if (LeftBehindDeploys.LeftElsewhere(Recorded) is not { Length: > 0 } left) return;
        output.WriteWarning($"The last deploy to {left} could not be stopped. That it has ended can't be seen from here: it ran in process {Recorded.Driver.ProcessId} on {Recorded.Driver.Host}.");
    }
}
