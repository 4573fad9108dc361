using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Deployments.Execution;

/// <summary>The steps that exchange instances, move shares and switch servers, against a balancer that keeps what is written.</summary>
public sealed class ExchangeHandlerTests
{
    private static readonly PoolMember Next = Given.Member(2, TrafficState.Draining) with { NativeState = "stage" };
    private static readonly PoolMember Old = Given.Member(1) with { NativeState = "ready" };
    private readonly ManualTimeProvider _clock = new();
    private readonly Dictionary<string, TrafficState?> _left = new(StringComparer.Ordinal);
    private readonly DeploymentOptions _options = Given.Options with { HealthyDeadline = TimeSpan.FromSeconds(5) };
    private LiveBalancer _balancer = new(Old, Next);

    [Fact]
    public async Task What_comes_is_put_into_traffic_and_a_lost_answer_leaves_its_state_unknown()
    {
        _balancer.Loses.Add("web02 Enabled stage");
        StepOutcome outcome = await RunAsync(StepKind.Enter, Pair());
        outcome.Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.ConnectionClosed);
        outcome.Members.ShouldBe(new Dictionary<string, TrafficState?> { ["lb1/web/web02"] = null });

        (await RunAsync(StepKind.Enter, Pair(), attempt: 2)).Fault.ShouldBeNull();
        _balancer.Written.ShouldBe(["web02 Enabled stage"], "it was in traffic already");
    }

    [Theory]
    [InlineData(TrafficState.Offline, "stage")]
    [InlineData(TrafficState.Draining, "stand-by")]
    public async Task What_somebody_has_set_otherwise_does_not_come(TrafficState state, string status)
    {
        _left["lb1/web/web02"] = TrafficState.Draining;
        _balancer.Set("web02", now => now with { State = state, NativeState = status });
        (await RunAsync(StepKind.Enter, Pair())).Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.ChangedByOperator);
        _balancer.Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_in_traffic_comes_back_before_what_came_goes()
    {
        _balancer = new LiveBalancer(Old with { State = TrafficState.Draining, Serving = false }, Next with { State = TrafficState.Enabled, Serving = true });
        _left["lb1/web/web01"] = TrafficState.Draining;
        _left["lb1/web/web02"] = TrafficState.Enabled;
        StepOutcome outcome = await RunAsync(StepKind.PutBack, Pair());
        outcome.Fault.ShouldBeNull();
        _balancer.Written.ShouldBe(["web01 Enabled ready", "web02 Draining stage"]);
        outcome.Members!["lb1/web/web02"].ShouldBe(TrafficState.Draining);
    }

    [Fact]
    public async Task What_came_stays_while_what_was_in_traffic_does_not_serve_again()
    {
        _balancer = new LiveBalancer(Old with { State = TrafficState.Draining, Serving = false, Health = MemberHealth.Down }, Next with { State = TrafficState.Enabled, Serving = true });
        _left["lb1/web/web01"] = TrafficState.Draining;
        (await RunAsync(StepKind.PutBack, Pair())).Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.NotServing);
        _balancer.Written.ShouldBe(["web01 Enabled ready"]);
    }

    [Fact]
    public async Task Stand_by_becomes_stage_and_what_a_hand_made_ready_stays()
    {
        PoolMember gone = Old with { State = TrafficState.Draining, NativeState = "stand-by" };
        _balancer = new LiveBalancer(gone);
        Lane lane = Pair() with { Memberships = [gone], Replaces = null, Effect = LaneEffect.Leave };
        (await RunAsync(StepKind.Commit, lane)).Fault.ShouldBeNull();
        _balancer.Written.ShouldBe(["web01 Draining stage"]);

        _balancer.Set("web01", now => now with { State = TrafficState.Enabled, NativeState = "ready" });
        StepOutcome outcome = await RunAsync(StepKind.Commit, lane);
        outcome.Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.ChangedByOperator);
        outcome.Members.ShouldBeEmpty("nothing was touched");
        _balancer.Written.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("blue", 2, "www green", null)]
    [InlineData("green", 0, "", null)]
    [InlineData("blue", 3, "", ErrorId.MinimumHealthyUnreachable)]
    [InlineData("maintenance", 1, "", ErrorId.ChangedByOperator)]
    public async Task A_server_is_switched_where_enough_serve_and_nobody_else_has(string pool, int needed, string written, ErrorId? error)
    {
        _balancer = new LiveBalancer([.. Enumerable.Range(1, 2).Select(number => Given.Member(number, pool: "green"))]) { ServerPool = pool };
        StepOutcome outcome = await RunAsync(StepKind.SwitchPool, BlueGreenPlanner.SwitchLane(new PoolSwitch("lb1", "www", "blue", "green", needed), _options));
        (outcome.Fault?.Id).ShouldBe(error);
        string.Join(", ", _balancer.Written).ShouldBe(written);
    }

    [Fact]
    public async Task A_canary_that_rises_is_weighed_last_and_comes_in_when_all_weights_are_right()
    {
        Weigh(canary: 10, out_: true, 10, 10);
        (await RunAsync(StepKind.Shift, Share(canary: 20, 5, 30))).Fault.ShouldBeNull();
        _balancer.Written.ShouldBe(["web03 30", "web02 5", "web01 20", "web01 Enabled"]);
    }

    [Fact]
    public async Task A_canary_that_falls_is_weighed_first()
    {
        Weigh(canary: 10, out_: false, 10, 10);
        (await RunAsync(StepKind.Shift, Share(canary: 1, 20, 20))).Fault.ShouldBeNull();
        _balancer.Written.ShouldBe(["web01 1", "web02 20", "web03 20"]);
    }

    [Fact]
    public async Task A_canary_that_a_hand_took_out_gets_no_share_and_stays_known()
    {
        Weigh(canary: 10, out_: true, 10, 10);
        _left["lb1/web/web01"] = TrafficState.Enabled;
        StepOutcome outcome = await RunAsync(StepKind.Shift, Share(canary: 1, 20, 20));
        outcome.Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.ChangedByOperator);
        outcome.Members.ShouldBeEmpty();
        _balancer.Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_share_is_taken_back_so_that_it_never_rises_meanwhile()
    {
        Weigh(canary: 100, out_: false, 85, 5);
        (await RunAsync(StepKind.Cut, Share(canary: 100, 85, 5))).Fault.ShouldBeNull();
        _balancer.Written.ShouldBe(["web03 10", "web01 Draining", "web01 10", "web02 10"], "web03 had less than before, and web02 more");
    }

    [Fact]
    public async Task A_stable_weight_that_cannot_be_written_does_not_keep_a_bad_canary_in_traffic()
    {
        Weigh(canary: 100, out_: false, 5, 5);
        _balancer.Refuses.Add("web02 10");
        StepOutcome outcome = await RunAsync(StepKind.Cut, Share(canary: 100, 5, 5));
        outcome.Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.HttpError);
        _balancer.Written.ShouldBe(["web03 10", "web01 Draining", "web01 10"]);
        outcome.Members.ShouldBe(new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = TrafficState.Draining });
    }

    [Fact]
    public async Task A_lost_answer_is_no_reason_to_leave_a_share()
    {
        Weigh(canary: 100, out_: false, 5, 5);
        _balancer.Loses.UnionWith(["web01 Draining", "web03 10", "web01 10"]);
        (await RunAsync(StepKind.Cut, Share(canary: 100, 5, 5))).Fault.ShouldBeNull();
        _balancer.Members.Select(member => member.Weight).ShouldBe([10, 10, 10]);
        _balancer["web01"].State.ShouldBe(TrafficState.Draining);
    }

    [Fact]
    public async Task A_cut_does_not_pass_a_hand_off_for_its_own()
    {
        Weigh(canary: 100, out_: false, 10, 10);
        _balancer.Set("web01", now => now with { State = TrafficState.Offline });
        _left["lb1/web/web01"] = TrafficState.Enabled;
        (await RunAsync(StepKind.Cut, Share(canary: 100, 10, 10))).Members.ShouldBeEmpty();
        _balancer.Written.ShouldBe(["web01 10"]);
    }

    [Fact]
    public async Task A_canary_that_a_hand_took_out_before_its_drain_fails()
    {
        _balancer = new LiveBalancer(Old with { State = TrafficState.Offline });
        _left["lb1/web/web01"] = TrafficState.Enabled;
        Lane lane = Pair() with { Memberships = [Old], Replaces = null, Effect = LaneEffect.Redeploy, Steps = [StepKind.Drain, StepKind.AwaitIdle, StepKind.Deploy, StepKind.Verify] };
        StepOutcome outcome = await RunAsync(StepKind.Drain, lane);
        outcome.Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.ChangedByOperator);
        outcome.Found.ShouldBe(new Dictionary<string, TrafficState> { ["lb1/web/web01"] = TrafficState.Offline });
        _balancer.Written.ShouldBeEmpty();
    }

    // Three members of weight 10 in the plan, as they are now.
    private void Weigh(int canary, bool out_, params int[] stable)
    {
        _balancer = new LiveBalancer([.. Enumerable.Range(1, 3).Select(number => Given.Member(number) with { Weight = number == 1 ? canary : stable[number - 2] })]);
        if (!out_) return;
        _balancer.Set("web01", now => now with { State = TrafficState.Draining, Serving = false });
        _left["lb1/web/web01"] = TrafficState.Draining;
    }

    private static Lane Share(int canary, params int[] stable) => new()
    {
        Key = "traffic",
        Instance = new Instance { Name = "traffic", Address = "", Port = 0, Uri = BlueGreenPlanner.Nowhere },
        StatusUri = BlueGreenPlanner.Nowhere,
        Memberships = [.. Enumerable.Range(1, 3).Select(number => Given.Member(number) with { Weight = 10 })],
        Effect = LaneEffect.None,
        Shift = new TrafficShift
        {
            Percent = 25,
            Weights = new Dictionary<string, int> { ["lb1/web/web01"] = canary, ["lb1/web/web02"] = stable[0], ["lb1/web/web03"] = stable[1] },
            Canaries = ["lb1/web/web01"],
        },
        Steps = [StepKind.Shift, StepKind.AwaitServing],
    };

    private Lane Pair() => PromotePlanner.Enter(_options, Given.Observed(healthy: true, Next), Given.Observed(healthy: true, Old));

    private async Task<StepOutcome> RunAsync(StepKind step, Lane lane, int attempt = 1)
    {
        var pools = new PoolReader(new Dictionary<string, IBalancer> { ["lb1"] = _balancer }, _clock);
        var handlers = StepHandlers.Of(_options, pools, health: null!, deploy: null!, beforeDrain: null, afterRestore: null, _clock);
        Task<StepOutcome> run = handlers[step].RunAsync(new StepRequest(lane, attempt, _left, _ => { }), CancellationToken.None);
        return await _clock.RunAsync(run, TimeSpan.FromMinutes(5));
    }
}
