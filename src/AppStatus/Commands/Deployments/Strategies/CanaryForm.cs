using System.Globalization;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Verification.Analysis;

namespace AppStatus.Commands.Deployments.Strategies;

/// <summary>A canary deployment.</summary>
internal sealed class CanaryForm : StrategyForm
{
    /// <summary>Percent, 1–100, rising.</summary>
    public required int[] TrafficPercent { get; init; }

    public required string[] Instances { get; init; }

    /// <summary>How many where none is named; null: not asked for.</summary>
    public required int? Count { get; init; }

    public required string[] Baselines { get; init; }

    /// <summary>For how long each share is watched.</summary>
    public required TimeSpan Step { get; init; }

    public required AnalysisRule[] Analysis { get; init; }

    public required AlertRule[] Rules { get; init; }

    public override void Check(DeploymentCmdlet typed)
    {
        if (TrafficPercent.Zip(TrafficPercent.Skip(1), (one, next) => next <= one).Any(falls => falls))
            throw Mistake($"-TrafficPercent {string.Join(",", TrafficPercent)} does not rise at each step.", "Pass shares such as 5,25,50,100.");
        if (Instances.Length > 0 && Count is not null)
            throw Mistake("-CanaryInstance and -CanaryCount were both given.", "Pass one of them.");
        if (Analysis.Length > 0 && Step <= TimeSpan.Zero)
            throw Mistake("-Analysis was given, and -StepSec 0: nothing would be watched that could be judged.", "Pass a -StepSec.");
        if (Analysis.FirstOrDefault(rule => rule.Baseline) is { } compared && Baselines.Length == 0)
            throw Mistake($"The rule '{compared.Name}' compares with instances that were deployed anew, and there is none.", "Pass -BaselineInstance, or make the rule without -Baseline.");
    }

    public override DeploymentOptions Complete(DeploymentOptions options, DeploymentCmdlet typed) => options with
    {
        TrafficPercent = TrafficPercent,
        CanaryInstances = Instances,
        CanaryCount = Instances.Length > 0 ? Instances.Length : Count ?? 1,
        BaselineInstances = Baselines,
        Step = Step,
        HasAnalysis = Analysis.Length > 0,
    };

    public override async Task<PlanningResult> PlanAsync(DeploymentOptions options, PlanningInput world, IReadOnlyDictionary<string, IBalancer> balancers, CancellationToken cancellationToken)
    {
        var limits = new Dictionary<PoolKey, WeightLimits>();
        foreach (PoolKey pool in world.Pools.Keys)
        {
            if (balancers[pool.Balancer] is not IWeightLimits weighted) continue;
            try
            {
                limits[pool] = await weighted.GetWeightLimitsAsync(pool.Pool, cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException exception) when (exception.Id == ErrorId.NotSupported)
            {
                return new PlanningResult(null, [exception.Fault]);
            }
        }

        int byPool = limits.Keys.Count(pool => balancers[pool.Balancer].Capabilities.HasFlag(BalancerCapabilities.PoolWeights));
        if (limits.Count > 0 && limits.Count < world.Pools.Count)
            return new PlanningResult(null, [new Fault(ErrorId.NotSupported, "Some of the pools have weights, and others have none: no share of the traffic can be made of both. Nothing was touched.", "Deploy to the pools one after the other.")]);
        if (byPool > 0 && byPool < limits.Count)
            return new PlanningResult(null, [new Fault(ErrorId.NotSupported, "Some of the pools have a weight for each member, and others one for all of them: no share can be made of both. Nothing was touched.", "Deploy to the pools one after the other.")]);
        PlanningResult planned = CanaryPlanner.Plan(options, world, limits, byPool > 0);
        if (planned.Plan is not { } plan) return planned;
        return Analysis.Length > 0 && Shortfall(plan, options) is { } fault ? new PlanningResult(null, [fault])
            : new PlanningResult(plan with { Warnings = [.. plan.Warnings, .. BlindRules(options)] }, []);
    }

    // A metric that is not there, or mistyped, fires nothing before its time is up.
    private IEnumerable<string> BlindRules(DeploymentOptions options) =>
        from rule in Rules
        where options.Step > TimeSpan.Zero && rule.OnNoData == NoDataAction.Hold && options.Step.TotalSeconds <= rule.NoDataSec
        select string.Format(
            CultureInfo.InvariantCulture, "A share lasts {0:0.#} s, and the alert rule of {1} makes nothing of missing data before {2:0.#} s: where its metric can't be read, the share passes. Raise -StepSec, or lower the rule's -NoDataSec.",
            options.Step.TotalSeconds, rule.Metric, rule.NoDataSec);

    // An analysis that could never judge is told before anything is deployed.
    private Fault? Shortfall(DeploymentPlan plan, DeploymentOptions options)
    {
        Wave? first = plan.Waves.FirstOrDefault(wave => wave.IsJudged);
        if (first is null) return null;
        Lane[] before = [.. plan.Waves.Where(wave => wave.Number <= first.Number).SelectMany(wave => wave.Lanes).Where(lane => lane.BringsRelease)];
        int baselines = plan.Lanes.Count(lane => lane.IsBaseline);
        if (baselines == 0) baselines = plan.Lanes.Count(lane => lane.BringsRelease) - before.Length;
        return ReleaseJudge.Shortfall(Analysis, before.Length, baselines, first.Bake, options.Interval) is { } fault
            ? new Fault(fault.Id, $"{fault.Message} Nothing was touched.", fault.NextStep)
            : null;
    }
}
