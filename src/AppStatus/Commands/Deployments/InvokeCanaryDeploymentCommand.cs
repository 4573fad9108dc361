using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification.Analysis;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>Releases onto a few instances, gives them a growing share of the traffic, watches each share, and rolls the rest when all went well.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "CanaryDeployment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = RollingForms.ByBlock)]
[OutputType(typeof(DeploymentResult), typeof(DeploymentPlan))]
public sealed class InvokeCanaryDeploymentCommand : StrategyCmdlet
{
    /// <summary>What is run for each instance, with $Instance, $Release and $Attempt.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForms.ByBlock)]
    [ValidateNotNull]
    public ScriptBlock? Deploy { get; set; }

    /// <summary>The same as a script file; it is recorded by its path, so that a resume or an undo finds it by itself.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForms.ByFile)]
    [ValidateNotNullOrEmpty]
    public string? FilePath { get; set; }

    /// <summary>In environments of Start-AppEnvironment: the image that replaces each instance's container; its tag is the release.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForms.ByImage)]
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

    private protected override bool Prepare()
    {
        if (TrafficPercent.Zip(TrafficPercent.Skip(1), (one, next) => next <= one).Any(falls => falls))
            ThrowFault(new Fault(ErrorId.InvalidArgument, $"-TrafficPercent {string.Join(",", TrafficPercent)} does not rise at each step. Nothing was touched.", "Pass shares such as 5,25,50,100."));
        if (CanaryInstance.Length > 0 && MyInvocation.BoundParameters.ContainsKey(nameof(CanaryCount)))
            ThrowFault(new Fault(ErrorId.InvalidArgument, "-CanaryInstance and -CanaryCount were both given. Nothing was touched.", "Pass one of them."));
        if (Analysis.Length > 0 && StepSec <= 0)
            ThrowFault(new Fault(ErrorId.InvalidArgument, "-Analysis was given, and -StepSec 0: nothing would be watched that could be judged. Nothing was touched.", "Pass a -StepSec."));
        if (Analysis.FirstOrDefault(rule => rule.Baseline) is { } compared && BaselineInstance.Length == 0)
            ThrowFault(new Fault(ErrorId.InvalidArgument, $"The rule '{compared.Name}' compares with instances that were deployed anew, and there is none. Nothing was touched.", "Pass -BaselineInstance, or make the rule without -Baseline."));
        return base.Prepare();
    }

    private protected override DeploymentOptions Complete(DeploymentOptions options) => options with
    {
        TrafficPercent = TrafficPercent,
        CanaryInstances = CanaryInstance,
        CanaryCount = CanaryInstance.Length > 0 ? CanaryInstance.Length : CanaryCount,
        BaselineInstances = BaselineInstance,
        Step = TimeSpan.FromSeconds(StepSec),
        HasAnalysis = Analysis.Length > 0,
    };

    private protected override async Task<PlanningResult> PlanAsync(PlanningInput world, CancellationToken cancellationToken)
    {
        var limits = new Dictionary<PoolKey, WeightLimits>();
        foreach (PoolKey pool in world.Pools.Keys)
        {
            if (Input.Balancers[pool.Balancer] is not IWeightLimits weighted) continue;
            try
            {
                limits[pool] = await weighted.GetWeightLimitsAsync(pool.Pool, cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException exception) when (exception.Id == ErrorId.NotSupported)
            {
                return new PlanningResult(null, [exception.Fault]);
            }
        }

        bool byPool = limits.Keys.Any(pool => Input.Balancers[pool.Balancer].Capabilities.HasFlag(BalancerCapabilities.PoolWeights));
        if (limits.Count > 0 && limits.Count < world.Pools.Count)
            return new PlanningResult(null, [new Fault(ErrorId.NotSupported, "Some of the pools have weights, and others have none: no share of the traffic can be made of both. Nothing was touched.", "Deploy to the pools one after the other.")]);
        if (byPool && limits.Keys.Any(pool => !Input.Balancers[pool.Balancer].Capabilities.HasFlag(BalancerCapabilities.PoolWeights)))
            return new PlanningResult(null, [new Fault(ErrorId.NotSupported, "Some of the pools have a weight for each member, and others one for all of them: no share can be made of both. Nothing was touched.", "Deploy to the pools one after the other.")]);
        PlanningResult planned = CanaryPlanner.Plan(Options, world, limits, byPool);
        return Analysis.Length > 0 && planned.Plan is { } plan && Shortfall(plan) is { } fault ? new PlanningResult(null, [fault]) : planned;
    }

    // An analysis that could never judge is told before anything is deployed.
    private Fault? Shortfall(DeploymentPlan plan)
    {
        Wave? first = plan.Waves.FirstOrDefault(wave => wave.IsJudged);
        if (first is null) return null;
        Lane[] before = [.. plan.Waves.Where(wave => wave.Number <= first.Number).SelectMany(wave => wave.Lanes).Where(lane => lane.BringsRelease)];
        int baselines = plan.Lanes.Count(lane => lane.IsBaseline);
        if (baselines == 0) baselines = plan.Lanes.Count(lane => lane.BringsRelease) - before.Length;
        return ReleaseJudge.Shortfall(Analysis, before.Length, baselines, first.Bake, Options.Interval) is { } fault
            ? new Fault(fault.Id, $"{fault.Message} Nothing was touched.", fault.NextStep)
            : null;
    }
}
