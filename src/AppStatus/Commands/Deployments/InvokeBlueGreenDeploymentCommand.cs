using AppStatus.Commands.F5;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>Releases onto the side that gets no traffic, verifies it whole, and exchanges the sides at once; the old one stays ready for the way back.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "BlueGreenDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ByServer)]
[OutputType(typeof(DeploymentResult), typeof(DeploymentPlan))]
public sealed class InvokeBlueGreenDeploymentCommand : StrategyCmdlet
{
    private const string ByServer = "VirtualServer", ByPromotion = "Promote";

    private F5Session? _session;

    /// <summary>The virtual server of an F5 that is switched from one pool to the other: a name in Common, or a full path.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByServer)]
    [ValidateNotNullOrEmpty]
    public string VirtualServer { get; set; } = "";

    /// <summary>One of the two pools. Whichever the virtual server has now is the live side.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByServer)]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [ValidateNotNullOrEmpty]
    public string Blue { get; set; } = "";

    /// <summary>The other pool.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByServer)]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [ValidateNotNullOrEmpty]
    public string Green { get; set; } = "";

    /// <summary>What is run for each instance of the idle side, with $Instance, $Release and $Attempt; without it, the release is there already.</summary>
    [Parameter(ParameterSetName = ByServer)]
    [ValidateNotNull]
    public ScriptBlock? Deploy { get; set; }

    /// <summary>The same as a script file.</summary>
    [Parameter(ParameterSetName = ByServer)]
    [ValidateNotNullOrEmpty]
    public string? FilePath { get; set; }

    /// <summary>Switches although a policy or an iRule of the virtual server may choose the pool, or both pools share members.</summary>
    [Parameter(ParameterSetName = ByServer)]
    public SwitchParameter IgnorePolicies { get; set; }

    /// <summary>A session, or its computer name; default: the one that was connected last.</summary>
    [Parameter(ParameterSetName = ByServer)]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    /// <summary>Nothing is deployed: all instances in stage are verified, then come in, then all that were ready go out.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPromotion)]
    public SwitchParameter Promote { get; set; }

    /// <summary>Seconds for which the old side's health is watched after the exchange, under the lease, 0–604800.</summary>
    [Parameter]
    [ValidateRange(0, 604800)]
    public double KeepWarmSec { get; set; }

    internal override DeployForm Form => new(Deploy, FilePath);

    private protected override bool TakesInstances => Promote;

    private protected override TrafficControl? UsualControl => Promote ? Core.Deployments.Planning.TrafficControl.Status : null;

    private protected override bool Prepare()
    {
        if (!Promote)
        {
            if (Deploy is not null && FilePath is not null)
                ThrowFault(new Fault(ErrorId.InvalidArgument, "-Deploy and -FilePath were both given. Nothing was touched.", "Pass one of them, or none where the release is on the idle side already."));
            if (MyInvocation.BoundParameters.ContainsKey(nameof(TrafficControl)) && TrafficControl == Core.Deployments.Planning.TrafficControl.Status)
                ThrowFault(new Fault(ErrorId.InvalidArgument, "-TrafficControl Status and -VirtualServer exclude each other: a virtual server is switched on the balancer. Nothing was touched.", "Pass -Promote to exchange the sides by status."));
            if (F5Name.FullPath(Blue) == F5Name.FullPath(Green))
                ThrowFault(new Fault(ErrorId.InvalidArgument, $"-Blue and -Green are one pool, {Blue}: two sides are needed. Nothing was touched.", "Look at the pools with Get-F5Pool."));
            if (InputObject.Length > 0)
                ThrowFault(new Fault(ErrorId.InvalidArgument, "Instances came in beside -VirtualServer: those are the members of its two pools. Nothing was touched.", "Leave the pipeline away, or pass -Promote."));
            _session = Checked(() => SessionTable.Current.Choose(Session, balancer: null, "Connect-F5", "F5"));
        }

        return base.Prepare();
    }

    private protected override DeploymentOptions Complete(DeploymentOptions options) => options with
    {
        Promote = Promote,
        RequireApproval = RequireApproval,
        ApproveAfter = ApproveAfter,
        KeepWarm = TimeSpan.FromSeconds(KeepWarmSec),
        IgnorePolicies = IgnorePolicies,
    };

    private protected override async Task ReadInputAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        if (Promote) return;
        IBalancer balancer = _session!.Balancer;
        Task<IReadOnlyList<PoolMember>> blue = balancer.GetMembersAsync(Blue, cancellationToken), green = balancer.GetMembersAsync(Green, cancellationToken);
        await Task.WhenAll(blue, green).ConfigureAwait(false);
        PoolMember[] members = [.. await blue.ConfigureAwait(false), .. await green.ConfigureAwait(false)];
        await output.OnPipelineAsync(() =>
        {
            DeploymentTarget[] targets = [.. members.Select(member => new DeploymentTarget(Checked(() => Endpoint.Resolve(StatusInputReader.Read(member)))))];
            if (targets.Length == 0)
                ThrowFault(new Fault(ErrorId.NoInstances, $"Neither {Blue} nor {Green} has a member. Nothing was touched.", "Look at them with Get-F5PoolMember."));
            Take(targets);
            return true;
        }).ConfigureAwait(false);
    }

    private protected override async Task<PlanningResult> PlanAsync(PlanningInput world, CancellationToken cancellationToken)
    {
        if (Promote) return BlueGreenPlanner.Promote(Options, world);
        F5Balancer balancer = _session!.Balancer;
        SwitchableServer server = await balancer.ReadServerAsync(VirtualServer, cancellationToken).ConfigureAwait(false);
        return BlueGreenSwitch.Plan(Options, world, balancer.Id, server, F5Name.Short(F5Name.FullPath(Blue)), F5Name.Short(F5Name.FullPath(Green)));
    }
}
