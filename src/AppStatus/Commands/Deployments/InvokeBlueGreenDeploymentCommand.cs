using AppStatus.Commands.F5;
using AppStatus.Commands.Deployments.Strategies;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Commands.Deployments;

/// <summary>Releases onto the side that gets no traffic, verifies it whole, and exchanges the sides at once; the old one stays ready for the way back.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "BlueGreenDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = PoolSwitchForm.ByServer)]
[OutputType(typeof(DeploymentResult), typeof(DeploymentPlan))]
public sealed class InvokeBlueGreenDeploymentCommand : StrategyCmdlet
{
    private const string ByPromotion = "Promote";

    /// <summary>The virtual server of an F5 that is switched from one pool to the other: a name in Common, or a full path.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PoolSwitchForm.ByServer)]
    [ArgumentCompleter(typeof(F5VirtualServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string VirtualServer { get; set; } = "";

    /// <summary>One of the two pools. Whichever the virtual server has now is the live side.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PoolSwitchForm.ByServer)]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [ValidateNotNullOrEmpty]
    public string Blue { get; set; } = "";

    /// <summary>The other pool.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PoolSwitchForm.ByServer)]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [ValidateNotNullOrEmpty]
    public string Green { get; set; } = "";

    /// <summary>What is run for each instance of the idle side, with $Instance, $Release and $Attempt; without it, the release is there already.</summary>
    [Parameter(ParameterSetName = PoolSwitchForm.ByServer)]
    [ValidateNotNull]
    public ScriptBlock? Deploy { get; set; }

    /// <summary>The same as a script file.</summary>
    [Parameter(ParameterSetName = PoolSwitchForm.ByServer)]
    [ValidateNotNullOrEmpty]
    public string? FilePath { get; set; }

    /// <summary>Switches although a policy or an iRule of the virtual server may choose the pool, or both pools share members.</summary>
    [Parameter(ParameterSetName = PoolSwitchForm.ByServer)]
    public SwitchParameter IgnorePolicies { get; set; }

    /// <summary>A session, or its computer name; default: the one that was connected last.</summary>
    [Parameter(ParameterSetName = PoolSwitchForm.ByServer)]
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

    private protected override StrategyForm ReadStrategy() => Promote
        ? new SideExchangeForm(TimeSpan.FromSeconds(KeepWarmSec))
        : new PoolSwitchForm
        {
            VirtualServer = VirtualServer,
            Blue = Blue,
            Green = Green,
            IgnorePolicies = IgnorePolicies,
            KeepWarm = TimeSpan.FromSeconds(KeepWarmSec),
            Session = Session,
        };
}
