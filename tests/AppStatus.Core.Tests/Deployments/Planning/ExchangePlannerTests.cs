using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Planning;

/// <summary>Promotions in pairs and by sides, and the switch of a virtual server.</summary>
public sealed class ExchangePlannerTests
{
    private static readonly DeploymentOptions Options = Given.Options with { Promote = true };

    [Fact]
    public void Each_that_comes_takes_the_place_of_one_and_the_old_one_goes_last()
    {
        DeploymentPlan plan = PromotePlanner.Plan(Options, World(live: 2, next: 2)).Plan.ShouldNotBeNull();
        plan.Lanes.Select(lane => $"{lane.Instance.Name} for {lane.Replaces?.Instance.Name}").ShouldBe(["web03 for web01", "web04 for web02"]);
        plan.Lanes.First().Steps.ShouldBe([StepKind.CheckHealth, StepKind.Verify, StepKind.Enter, StepKind.AwaitServing, StepKind.Confirm, StepKind.Drain, StepKind.AwaitIdle]);
        plan.Pools.ShouldHaveSingleItem().LowestPlanned.ShouldBe(2);
    }

    [Theory]
    [InlineData(1, 3, "web03 +, web04 +, web02 + web01")]
    [InlineData(3, 1, "web04 + web01, web02 -, web03 -")]
    public void Extra_new_ones_come_first_and_extra_old_ones_go_last(int live, int next, string lanes) =>
        string.Join(", ", PromotePlanner.Plan(Options, World(live, next)).Plan.ShouldNotBeNull().Lanes.Select(Describe)).ShouldBe(lanes);

    [Fact]
    public void What_is_sick_comes_last_and_is_told()
    {
        DeploymentPlan plan = PromotePlanner.Plan(Options, World(live: 2, next: 2, sick: 3)).Plan.ShouldNotBeNull();
        plan.Lanes.Select(lane => lane.Instance.Name).ShouldBe(["web04", "web03"]);
        plan.Warnings.ShouldContain(warning => warning.StartsWith("web03 fails its health check now", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_staged_too_few_and_another_version_are_refused()
    {
        Refused(PromotePlanner.Plan(Options, World(live: 2, next: 0)), ErrorId.PlanRefused, "None of 2 instances is out of traffic");
        Refused(BlueGreenPlanner.Promote(Options, World(live: 2, next: 0)), ErrorId.PlanRefused, "None of 2 instances is out of traffic");
        Refused(PromotePlanner.Plan(Options with { MinimumHealthy = "75%" }, World(live: 4, next: 2)), ErrorId.MinimumHealthyUnreachable, "2 in pool web are healthy, and -MinimumHealthy 75% asks for 3");
        Refused(PromotePlanner.Plan(Options with { ExpectedVersion = "3.0" }, World(live: 1, next: 1)), ErrorId.VersionMismatch, "web02 is out of traffic and reports '2.0', not '3.0'");
    }

    [Fact]
    public void By_status_only_stage_comes_and_what_is_neither_is_left()
    {
        PoolMember[] pool =
        [
            Given.Member(1) with { NativeState = "ready" }, Given.Member(2, TrafficState.Draining) with { NativeState = "stage" }, Given.Member(3, TrafficState.Draining) with { NativeState = "stand-by" },
        ];
        Sides sides = Sides.Of(Options with { TrafficControl = TrafficControl.Status }, Input(pool));
        (Names(sides.Next), Names(sides.Live), Names(sides.Aside)).ShouldBe(("web02", "web01", "web03"));
        Names(Sides.Of(Options, Input(pool)).Next).ShouldBe("web02 web03", "by the traffic state, what is out of traffic comes");
        sides.Warnings(Options, whole: false).ShouldContain("web03 is neither ready to come nor in traffic, and left as it is.");
    }

    [Fact]
    public void A_side_is_verified_whole_comes_in_and_only_then_the_other_goes()
    {
        DeploymentPlan plan = BlueGreenPlanner.Promote(Options with { RequireApproval = true, KeepWarm = TimeSpan.FromSeconds(9) }, World(live: 2, next: 2)).Plan.ShouldNotBeNull();
        plan.Waves.Select(wave => string.Join(", ", wave.Lanes.Select(Describe))).ShouldBe(["web03, web04", "web03 +, web04 +", "web01 -, web02 -"]);
        plan.Waves.Select(wave => (wave.NeedsApproval, wave.Bake.TotalSeconds)).ShouldBe([(true, 0), (false, 0), (false, 9)]);
        plan.Waves[0].Lanes.ShouldAllBe(lane => lane.Steps.Single() == StepKind.Verify && lane.Memberships.Count == 0);
        plan.Waves[1].Lanes.ShouldAllBe(lane => lane.Steps.TakeWhile(step => step != StepKind.Enter).Contains(StepKind.Verify));
        plan.Waves[2].Lanes.ShouldAllBe(lane => lane.StaysWarm);
    }

    [Theory]
    [InlineData("blue", "green", true)]
    [InlineData("green", "blue", true)]
    [InlineData("other", "", false)]
    [InlineData("", "", false)]
    public void The_pool_that_the_server_has_is_the_live_side(string pool, string to, bool planned)
    {
        PlanningResult result = Switch(Options with { DeployScriptHash = "00" }, pool);
        if (!planned)
        {
            Refused(result, ErrorId.PlanRefused, "which is neither blue nor green");
            return;
        }

        Lane change = result.Plan.ShouldNotBeNull().Lanes.Single(lane => lane.Switch is not null);
        (change.Switch!.From, change.Switch.To).ShouldBe((pool, to));
        result.Plan!.Lanes.Where(lane => lane.Steps.Contains(StepKind.Deploy)).ShouldAllBe(lane => lane.Instance.Pool == to && lane.Memberships.Count == 0);
        result.Plan.Lanes.Count(lane => lane.Steps[0] == StepKind.Verify).ShouldBe(2);
        result.Plan.ToString().ShouldContain($"{pool} > {to}, if 1 serve there");
    }

    [Fact]
    public void A_switch_that_may_not_move_all_or_that_moves_more_is_refused_unless_told_otherwise()
    {
        SwitchableServer ruled = new("www", "blue", ["iRule split"]);
        Refused(BlueGreenSwitch.Plan(Options, Pools(), "lb1", ruled, "blue", "green"), ErrorId.PlanRefused, "www has iRule split, which may choose a pool of its own");
        DeploymentPlan told = BlueGreenSwitch.Plan(Options with { IgnorePolicies = true }, Pools(), "lb1", ruled, "blue", "green").Plan.ShouldNotBeNull();
        told.Warnings.ShouldContain(warning => warning.Contains("iRule split"));

        PlanningInput shared = Pools(Given.Member(3, pool: "blue"));
        Refused(BlueGreenSwitch.Plan(Options, shared, "lb1", new SwitchableServer("www", "blue", []), "blue", "green"), ErrorId.PlanRefused, "10.0.0.3:8080 is in both blue and green");
        Refused(Switch(Options, "blue", "red"), ErrorId.PlanRefused, "red has no member");
        Refused(Switch(Options with { MinimumHealthy = "3" }, "blue"), ErrorId.MinimumHealthyUnreachable, "2 of 2 members of green are enabled");
    }

    private static PlanningResult Switch(DeploymentOptions options, string pool, string green = "green") =>
        BlueGreenSwitch.Plan(options, Pools(), "lb1", new SwitchableServer("www", pool, []), "blue", green);

    private static PlanningInput Pools(params PoolMember[] more)
    {
        PoolMember[] blue = [Given.Member(1, pool: "blue"), Given.Member(2, pool: "blue"), .. more], green = [Given.Member(3, pool: "green"), Given.Member(4, pool: "green")];
        ObservedInstance[] all = [.. blue.Concat(green).GroupBy(member => member.InstanceKey).Select(group => Observed([.. group]))];
        return new PlanningInput(all, new Dictionary<PoolKey, IReadOnlyList<PoolMember>> { [new("lb1", "blue")] = blue, [new("lb1", "green")] = green });
    }

    private static ObservedInstance Observed(params PoolMember[] members)
    {
        ObservedInstance seen = Given.Observed(members[0].Health == MemberHealth.Up, members);
        string version = members[0].State == TrafficState.Enabled ? "1.0" : "2.0";
        return seen with { Instance = seen.Instance with { Version = version, PreviousRelease = version, Pool = members[0].Pool } };
    }

    private static PlanningInput World(int live, int next, int sick = 0) => Input([.. Enumerable.Range(1, live + next).Select(number => Given.Member(number, number > live ? TrafficState.Draining : TrafficState.Enabled, up: number != sick))]);

    private static PlanningInput Input(PoolMember[] pool) => new([.. pool.Select(member => Observed(member))], new Dictionary<PoolKey, IReadOnlyList<PoolMember>> { [Given.Web] = pool });

    private static string Describe(Lane lane) => lane.Effect switch
    {
        LaneEffect.Enter => $"{lane.Instance.Name} + {lane.Replaces?.Instance.Name}".TrimEnd(),
        LaneEffect.Leave => $"{lane.Instance.Name} -",
        _ => lane.Instance.Name,
    };

    private static string Names(IReadOnlyList<ObservedInstance> instances) => string.Join(" ", instances.Select(instance => instance.Instance.Name));

    private static void Refused(PlanningResult result, ErrorId id, string what)
    {
        result.Plan.ShouldBeNull();
        result.Refusals.ShouldContain(refusal => refusal.Id == id && refusal.Message.Contains(what) && refusal.Message.Contains("Nothing was touched"));
    }
}
