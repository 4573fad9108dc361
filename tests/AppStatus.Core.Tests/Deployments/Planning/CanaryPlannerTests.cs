using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Planning;

public sealed class CanaryPlannerTests
{
    private static readonly DeploymentOptions Options = Given.Options with { TrafficPercent = [25, 50, 100], Step = TimeSpan.FromSeconds(30), HasAnalysis = true, DeployScriptHash = "00" };

    [Fact]
    public void A_canary_gets_the_release_then_share_after_share_then_its_own_weight_and_the_rest_follows()
    {
        DeploymentPlan plan = ByWeight(Options, 4).Plan.ShouldNotBeNull();
        plan.Waves.Select(wave => string.Join(", ", wave.Lanes.Select(lane => lane.Instance.Name))).ShouldBe(["web01", "traffic 25 %", "traffic 50 %", "traffic as before", "web02, web03, web04"]);
        plan.Waves.Select(wave => (wave.IsJudged, wave.Bake.TotalSeconds, wave.Holds)).ShouldBe([(false, 0, false), (true, 30, false), (true, 30, false), (false, 0, false), (false, 0, false)]);
        Lane canary = plan.Waves[0].Lanes[0];
        (canary.IsCanary, canary.LeavesToShift, canary.Steps[canary.Steps.Count - 1]).ShouldBe((true, true, StepKind.Verify));
        plan.Waves[2].Lanes[0].Shift!.Weights.Values.OrderBy(weight => weight).ShouldBe([10, 10, 10, 30]);
        plan.Waves[3].Lanes[0].Shift!.Weights.Values.ShouldAllBe(weight => weight == 10);
        plan.ToString().ShouldContain("50 % of the traffic, 3 times that of a stable one; weights web01 30 (canary), web02 10, web03 10, web04 10");
        plan.ToString().ShouldContain("every weight as it was");
    }

    [Fact]
    public void A_list_that_does_not_end_in_all_holds_at_its_end() =>
        ByWeight(Options with { TrafficPercent = [25] }, 4).Plan.ShouldNotBeNull().Waves.Select(wave => wave.Holds).ShouldBe([false, true, false, false]);

    [Fact]
    public void Staged_ones_become_canaries_first_and_named_ones_before_those()
    {
        PoolMember[] pool = [.. Weighted(4)];
        pool[2] = pool[2] with { State = TrafficState.Draining, Serving = false };
        Canaries(ByWeight(Options, pool)).ShouldBe("web03");
        Canaries(ByWeight(Options with { CanaryInstances = ["web02"] }, pool)).ShouldBe("web02");
        Canaries(ByWeight(Options with { CanaryCount = 2 }, pool)).ShouldBe("web03 web01");
    }

    [Fact]
    public void A_baseline_is_deployed_anew_with_what_it_runs_and_weighs_what_a_canary_does()
    {
        DeploymentPlan plan = ByWeight(Options with { TrafficPercent = [25, 100], BaselineInstances = ["web04"] }, 4).Plan.ShouldNotBeNull();
        Lane baseline = plan.Waves[0].Lanes[1];
        (baseline.IsBaseline, baseline.Release, baseline.Instance.ExpectedVersion).ShouldBe((true, "1.0", "1.0"));
        IReadOnlyDictionary<string, int> weights = plan.Waves[1].Lanes[0].Shift!.Weights;
        weights["lb1/web/web04"].ShouldBe(weights["lb1/web/web01"]);
        plan.Waves[3].Lanes.Select(lane => lane.Instance.Name).ShouldBe(["web02", "web03", "web04"], "at the end it gets the release as well");
    }

    [Theory]
    [InlineData("nobody", "", 1, 25, ErrorId.InvalidArgument, "nobody did not come through the pipeline")]
    [InlineData("", "", 4, 25, ErrorId.InvalidArgument, "leave nothing that keeps the old release")]
    [InlineData("web01", "web01", 1, 25, ErrorId.InvalidArgument, "can't be canary and baseline both")]
    [InlineData("", "web04", 3, 25, ErrorId.InvalidArgument, "leave nothing beside them")]
    [InlineData("", "web02", 1, 50, ErrorId.ShareUnreachable, "there is no room beside the baseline")]
    public void What_makes_no_share_is_refused(string canary, string baseline, int count, int percent, ErrorId id, string what) => Refused(
        ByWeight(Options with { CanaryInstances = Names(canary), BaselineInstances = Names(baseline), CanaryCount = count, TrafficPercent = [percent, 100] }, 4), id, what);

    [Fact]
    public void An_odd_share_is_refused_with_the_nearest()
    {
        PlanningResult result = CanaryPlanner.Plan(Options with { TrafficPercent = [1, 100] }, Input([.. Weighted(2)]), Limits(new WeightLimits(1, 20), Given.Web), weightsArePools: false);
        Refused(result, ErrorId.ShareUnreachable, "the nearest is 4.8 %");
    }

    [Fact]
    public void A_part_of_a_pool_makes_no_share_of_it()
    {
        PoolMember[] pool = [.. Weighted(4)];
        PlanningInput input = new([.. pool.Take(3).Select(Observed)], new Dictionary<PoolKey, IReadOnlyList<PoolMember>> { [Given.Web] = pool });
        Refused(CanaryPlanner.Plan(Options, input, Limits(new WeightLimits(0, 256), Given.Web), weightsArePools: false), ErrorId.PlanRefused, "web/web04 did not come through the pipeline and gets traffic");
    }

    [Fact]
    public void Where_a_weight_is_a_pools_its_canaries_come_back_before_they_get_a_share()
    {
        DeploymentPlan plan = ByPool(canaryWeight: 0, "web03").Plan.ShouldNotBeNull();
        Lane canary = plan.Waves[0].Lanes.ShouldHaveSingleItem();
        (canary.IsCanary, canary.LeavesToShift).ShouldBe((true, false));
        canary.Steps.ShouldContain(StepKind.Restore);
        plan.Waves[1].Lanes[0].Shift!.Weights.Count.ShouldBe(2, "one member stands for its pool");
        plan.Waves[1].Lanes[0].Shift!.ByPool.ShouldBeTrue();
        Refused(ByPool(canaryWeight: 5, "web03"), ErrorId.PlanRefused, "green holds the canaries and has the weight 5");
        Refused(ByPool(canaryWeight: 0, "web01"), ErrorId.PlanRefused, "blue has canaries and others");
    }

    [Fact]
    public void Without_weights_a_share_is_a_number_of_instances()
    {
        DeploymentPlan plan = ByCount([25, 50, 100], 4).Plan.ShouldNotBeNull();
        plan.Waves.Select(wave => (wave.Lanes.Count, wave.IsJudged)).ShouldBe([(1, true), (1, true), (2, false)]);
        plan.Warnings.ShouldContain(warning => warning.StartsWith("There are no weights here", StringComparison.Ordinal));
        ByCount([50], 4).Plan.ShouldNotBeNull().Waves.Select(wave => wave.Holds).ShouldBe([true, false]);
        Refused(ByCount([30, 100], 4), ErrorId.ShareUnreachable, "30 % of 4 can't be had, the nearest is 1 (25 %)");
    }

    private static PlanningResult ByWeight(DeploymentOptions options, int size) => ByWeight(options, [.. Weighted(size)]);

    private static PlanningResult ByWeight(DeploymentOptions options, PoolMember[] pool) => CanaryPlanner.Plan(options, Input(pool), Limits(new WeightLimits(0, 256), Given.Web), weightsArePools: false);

    private static PlanningResult ByCount(int[] shares, int size) => CanaryPlanner.Plan(Options with { TrafficPercent = shares }, Input([.. Given.Pool(size)]), new Dictionary<PoolKey, WeightLimits>(), weightsArePools: false);

    private static PlanningResult ByPool(int canaryWeight, string canary)
    {
        PoolKey blue = new("lb1", "blue"), green = new("lb1", "green");
        PoolMember[] stable = [.. Enumerable.Range(1, 2).Select(number => Given.Member(number, pool: "blue") with { Weight = 100 })];
        PoolMember[] canaries = [Given.Member(3, pool: "green") with { Weight = canaryWeight, Serving = canaryWeight > 0 }];
        var input = new PlanningInput([.. stable.Concat(canaries).Select(Observed)], new Dictionary<PoolKey, IReadOnlyList<PoolMember>> { [blue] = stable, [green] = canaries });
        return CanaryPlanner.Plan(Options with { CanaryInstances = [canary] }, input, Limits(new WeightLimits(0, 999), blue, green), weightsArePools: true);
    }

    private static Dictionary<PoolKey, WeightLimits> Limits(WeightLimits limits, params PoolKey[] pools) => pools.ToDictionary(pool => pool, _ => limits);

    private static IEnumerable<PoolMember> Weighted(int size) => Given.Pool(size).Select(member => member with { Weight = 10 });

    private static PlanningInput Input(PoolMember[] pool) => new([.. pool.Select(Observed)], new Dictionary<PoolKey, IReadOnlyList<PoolMember>> { [Given.Web] = pool });

    private static ObservedInstance Observed(PoolMember member)
    {
        ObservedInstance seen = Given.Observed(healthy: true, member);
        return seen with { Instance = seen.Instance with { PreviousRelease = "1.0" } };
    }

    private static string[] Names(string name) => name.Length == 0 ? [] : [name];

    private static string Canaries(PlanningResult result) => string.Join(" ", result.Plan.ShouldNotBeNull().Waves[0].Lanes.Select(lane => lane.Instance.Name));

    private static void Refused(PlanningResult result, ErrorId id, string what)
    {
        result.Plan.ShouldBeNull();
        result.Refusals.ShouldContain(refusal => refusal.Id == id && refusal.Message.Contains(what) && refusal.Message.Contains("Nothing was touched"));
    }
}
