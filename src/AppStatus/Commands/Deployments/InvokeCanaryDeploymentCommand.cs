using AppStatus.Commands.Deployments.Strategies;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Verification.Analysis;

namespace AppStatus.Commands.Deployments;

/// <summary>Releases onto a few instances, gives them a growing share of the traffic, watches each share, and rolls the rest when all went well.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CanaryDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = RollingForm.ByBlock)]
[OutputType(typeof(DeploymentResult), typeof(DeploymentPlan))]
public sealed class InvokeCanaryDeploymentCommand : StrategyCmdlet
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

    /// <summary>The shares of the traffic in percent, 1–100, rising; at 100 the rest is released, and without it the run holds at the last one.</summary>
    [Parameter(Mandatory = true)]
    [ValidateRange(1, 100)]
    public int[] TrafficPercent { get; set; } = [];

    /// <summary>The names of those that get the release first.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] CanaryInstance { get; set; } = [];

    /// <summary>How many get it first where none is named: those that get no traffic, then by name. At least 1.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int CanaryCount { get; set; } = 1;

    /// <summary>The names of those that keep their release, are deployed anew with it, and are compared with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] BaselineInstance { get; set; } = [];

    /// <summary>Seconds for which each share is watched, 0–604800.</summary>
    [Parameter]
    [ValidateRange(0, 604800)]
    public double StepSec { get; set; } = 60;

    /// <summary>What canaries are judged by at each share; what New-AnalysisRule makes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AnalysisRule[] Analysis { get; set; } = [];

    internal override AnalysisRule[] AnalysisRules => Analysis;

    internal override DeployForm Form => new(Deploy, FilePath, Image);

    private protected override StrategyForm ReadStrategy() => new CanaryForm
    {
        TrafficPercent = TrafficPercent,
        Instances = CanaryInstance,
        Count = MyInvocation.BoundParameters.ContainsKey(nameof(CanaryCount)) ? CanaryCount : null,
        Baselines = BaselineInstance,
        Step = TimeSpan.FromSeconds(StepSec),
        Analysis = Analysis,
        Rules = AlertRule,
    };
}
