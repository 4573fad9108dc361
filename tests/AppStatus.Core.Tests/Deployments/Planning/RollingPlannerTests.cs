using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Planning;

public sealed class RollingPlannerTests
{
    [Theory]
    [InlineData("50%", 7, 4)]
    [InlineData("51%", 100, 51)]
    [InlineData("3", 7, 3)]
    [InlineData("0", 7, 0)]
    public void The_minimum_is_rounded_up(string minimum, int size, int expected) =>
        Given.Plan(Given.Options with { MinimumHealthy = minimum }, Given.Pool(size)).Pools.Single().MinimumHealthy.ShouldBe(expected);

    [Fact]
    public void The_minimum_is_of_all_enabled_members_piped_in_or_not()
    {
        PoolMember[] pool = [.. Given.Pool(6), Given.Member(7, TrafficState.Offline), Given.Member(8, up: false)];

        PlannedPool planned = Given.Plan(Given.Options with { MinimumHealthy = "50%" }, pool, pool[0]).Pools.Single();

        planned.EnabledAtStart.ShouldBe(7);
        planned.ServingAtStart.ShouldBe(6);
        planned.MinimumHealthy.ShouldBe(4);
        planned.LowestPlanned.ShouldBe(5);
        planned.Members.Count.ShouldBe(8);
    }

    [Fact]
    public void A_percentage_is_of_those_that_take_part_or_of_all_that_are_enabled_where_none_does()
    {
        PoolMember[] pool = [.. Given.Pool(2), Given.Member(3) with { Weight = 0, Serving = false }, Given.Member(4) with { Standby = true, Serving = false }];
        Given.Plan(Given.Options with { MinimumHealthy = "50%" }, pool, pool[0]).Pools.Single().ShouldSatisfyAllConditions(
            planned => planned.EnabledAtStart.ShouldBe(2), planned => planned.MinimumHealthy.ShouldBe(1));

        PoolMember[] idle = [.. pool.Take(2).Select(member => member with { Weight = 0, Serving = false })];
        Given.Plan(Given.Options with { MinimumHealthy = "50%" }, idle, idle[0]).Pools.Single().EnabledAtStart.ShouldBe(2);
    }

    [Theory]
    [InlineData(4, "75%", "2", "-BatchSize 1")]
    [InlineData(10, "50%", "100%", "-BatchSize 5")]
    [InlineData(1, "50%", "1", "No batch fits")]
    public void A_refusal_names_the_largest_batch_that_fits(int size, string minimum, string batch, string named)
    {
        PlanningResult result = RollingPlanner.Plan(Given.Options with { MinimumHealthy = minimum, BatchSize = batch }, Given.Input(Given.Pool(size)));

        result.Plan.ShouldBeNull();
        Fault refusal = result.Refusals.ShouldHaveSingleItem();
        refusal.Id.ShouldBe(ErrorId.MinimumHealthyUnreachable);
        refusal.NextStep.ShouldContain(named);
    }

    [Theory]
    [InlineData("", true, false, true)]
    [InlineData("1.0", true, false, false)]
    [InlineData("", false, false, false)] // it would be skipped
    [InlineData("", false, true, true)]
    public void A_rollback_with_no_way_back_is_refused_before_anything_is_touched(string runs, bool healthy, bool includeUnhealthy, bool refused)
    {
        PlanningInput input = Given.Input(Given.Pool(2));
        ObservedInstance[] instances = [input.Instances[0] with { Healthy = healthy, Instance = input.Instances[0].Instance with { PreviousRelease = runs } }, input.Instances[1] with { Instance = input.Instances[1].Instance with { PreviousRelease = "1.0" } }];
        PlanningResult result = RollingPlanner.Plan(Given.Options with { OnFailure = FailureAction.Rollback, IncludeUnhealthy = includeUnhealthy }, input with { Instances = instances });
        result.Refusals.Select(refusal => refusal.Id).ShouldBe(refused ? [ErrorId.EarlierReleaseUnknown] : []);
        if (refused) result.Refusals[0].Message.ShouldStartWith("web01 does not tell");
    }

    [Fact]
    public void The_batch_that_is_named_fits_every_pool_and_counts_hosts_with_two_members()
    {
        PoolMember[] web = [.. Enumerable.Range(1, 6).Select(number => Given.Member(number)), .. Enumerable.Range(1, 6).Select(number => Given.Member(number) with { Name = $"tls{number:00}", Port = 8443 })];
        var input = new PlanningInput(
            [.. Enumerable.Range(0, 6).Select(index => Given.Observed(true, web[index], web[index + 6]))],
            new Dictionary<PoolKey, IReadOnlyList<PoolMember>> { [Given.Web] = web });
        DeploymentOptions options = Given.Options with { MinimumHealthy = "7", BatchSize = "6" };

        RollingPlanner.Plan(options, input).Refusals.ShouldHaveSingleItem().NextStep.ShouldContain("-BatchSize 2,");
        RollingPlanner.Plan(options with { BatchSize = "2" }, input).Plan.ShouldNotBeNull();
        RollingPlanner.Plan(options with { BatchSize = "3" }, input).Plan.ShouldBeNull();
    }

    [Fact]
    public void Members_that_do_not_serve_cost_no_capacity()
    {
        PoolMember[] pool = [.. Given.Pool(2), Given.Member(3, TrafficState.Offline), Given.Member(4, up: false)];

        Given.Plan(Given.Options with { MinimumHealthy = "100%", IncludeUnhealthy = true }, pool, pool[2], pool[3]).Waves.Single().Lanes.Count.ShouldBe(2);
    }

    [Fact]
    public void One_host_in_two_pools_is_one_lane_that_counts_in_both()
    {
        PoolMember web = Given.Member(1), api = Given.Member(1, pool: "api");
        var input = new PlanningInput([Given.Observed(true, web, api)], new Dictionary<PoolKey, IReadOnlyList<PoolMember>>
        {
            [PoolKey.Of(web)] = [web, Given.Member(2)],
            [PoolKey.Of(api)] = [api],
        });

        DeploymentPlan plan = RollingPlanner.Plan(Given.Options, input).Plan.ShouldNotBeNull();
        plan.Waves.Single().Lanes.Single().Memberships.Count.ShouldBe(2);
        plan.Pools.Select(pool => (pool.Pool, pool.LowestPlanned)).ShouldBe([("api", 0), ("web", 1)]);
        RollingPlanner.Plan(Given.Options with { MinimumHealthy = "1" }, input).Refusals.ShouldHaveSingleItem().Message.ShouldStartWith("Pool api");
    }

    [Fact]
    public void Unhealthy_instances_come_first_when_they_are_included_and_keep_their_place_when_not()
    {
        PoolMember[] pool = [Given.Member(1), Given.Member(2, up: false), Given.Member(3), Given.Member(4, up: false)];

        Order(Given.Plan(Given.Options with { IncludeUnhealthy = true }, pool)).ShouldBe("web02 web04 web01 web03");
        Order(Given.Plan(Given.Options, pool)).ShouldBe("web01 web02 web03 web04");
    }

    [Fact]
    public void One_size_without_gates_is_one_wave_with_a_window()
    {
        Wave wave = Given.Plan(Given.Options with { BatchSize = "2" }, Given.Pool(5)).Waves.ShouldHaveSingleItem();
        (wave.Window, wave.Lanes.Count).ShouldBe((2, 5));
    }

    [Fact]
    public void A_gate_makes_barriers_of_one_size_and_the_first_wave_bakes_by_itself()
    {
        DeploymentPlan plan = Given.Plan(Given.Options with { BatchSize = "2", Bake = TimeSpan.FromSeconds(5), FirstBake = TimeSpan.FromSeconds(60) }, Given.Pool(5));

        plan.Waves.Select(wave => (wave.Number, wave.Window, wave.Lanes.Count, wave.Bake.TotalSeconds)).ShouldBe([(1, 2, 2, 60), (2, 2, 2, 5), (3, 1, 1, 5)]);
    }

    [Fact]
    public void Steps_stand_in_order_and_optional_ones_only_where_they_are_asked_for()
    {
        StepKind[] plain = [StepKind.CheckHealth, StepKind.Drain, StepKind.AwaitIdle, StepKind.Deploy, StepKind.Verify, StepKind.Restore, StepKind.AwaitServing];
        StepKind[] all =
        [
            StepKind.CheckHealth, StepKind.BeforeDrain, StepKind.Drain, StepKind.AwaitIdle, StepKind.Deploy, StepKind.Settle,
            StepKind.Verify, StepKind.Restore, StepKind.AwaitServing, StepKind.AfterRestore,
        ];
        DeploymentOptions full = Given.Options with { Settle = TimeSpan.FromSeconds(1), HasBeforeDrainHook = true, HasAfterRestoreHook = true };

        Given.Plan(Given.Options, Given.Pool(1)).Waves[0].Lanes[0].Steps.ShouldBe(plain);
        Given.Plan(full, Given.Pool(1)).Waves[0].Lanes[0].Steps.ShouldBe(all);
    }

    [Fact]
    public void The_operator_is_warned_of_what_forbids_nothing()
    {
        PoolMember[] pool = [Given.Member(1, up: false), Given.Member(2, TrafficState.Offline)];

        IReadOnlyList<string> warnings = Given.Plan(new DeploymentOptions { MinimumHealthy = "0" }, pool).Warnings;

        warnings.ShouldContain(warning => warning.StartsWith("No -Release", StringComparison.Ordinal));
        warnings.ShouldContain(warning => warning.StartsWith("web01 fails", StringComparison.Ordinal));
        warnings.ShouldContain(warning => warning.StartsWith("web02 is not enabled", StringComparison.Ordinal));
    }

    private static string Order(DeploymentPlan plan) => string.Join(" ", plan.Waves.SelectMany(wave => wave.Lanes).Select(lane => lane.Instance.Name));

    [Theory]
    [InlineData(TrafficControl.Balancer, "not drained there")]
    [InlineData(TrafficControl.Status, "capacity of api is not kept")]
    public void A_membership_that_was_not_piped_in_is_warned_of(TrafficControl control, string said)
    {
        PoolMember other = Given.Member(1) with { Pool = "api" };
        PlanningInput input = Given.Input(Given.Pool(4)) with { NotPiped = [other], Unread = ["f5 was silent"] };

        IReadOnlyList<string> warnings = RollingPlanner.Plan(Given.Options with { TrafficControl = control }, input).Plan.ShouldNotBeNull().Warnings;

        string warning = warnings.Where(text => text.StartsWith($"api also has {other.Name}, ", StringComparison.Ordinal)).ShouldHaveSingleItem();
        warning.ShouldContain(said);
        warning.Contains("drained").ShouldBe(control == TrafficControl.Balancer);
        warnings.ShouldContain("f5 was silent");
    }
}
