using AppStatus.Commands.Deployments.Strategies;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Commands.Deployments;

/// <summary>Releases onto the instances of a pool, some at a time, so that no request is lost.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "RollingDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = RollingForm.ByBlock)]
[OutputType(typeof(DeploymentResult), typeof(DeploymentPlan))]
public sealed class InvokeRollingDeploymentCommand : StrategyCmdlet
{
    /// <summary>What is run for each instance, with $Instance, $Release and $Attempt.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForm.ByBlock)]
    [ValidateNotNull]
    public ScriptBlock? Deploy { get; set; }

    /// <summary>The same as a script file; it is recorded by its path, so that a resume or an undo finds it by itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForm.ByFile)]
    [ValidateNotNullOrEmpty]
    public string? FilePath { get; set; }

    /// <summary>In environments of Start-AppEnvironment: the image that replaces each instance's container; its tag is the release.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForm.ByImage)]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>Nothing is deployed: instances in stage replace those that are ready, in pairs.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForm.ByPromotion)]
    public SwitchParameter Promote { get; set; }

    internal override DeployForm Form => new(Deploy, FilePath, Image);

    private protected override StrategyForm ReadStrategy() => new RollingForm(Promote);
}
