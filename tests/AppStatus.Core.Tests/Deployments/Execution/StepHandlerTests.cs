using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Deployments.Execution;

/// <summary>The steps that speak to a balancer, one by one, against a balancer whose answers are written down.</summary>
public sealed class StepHandlerTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedBalancer _balancer = new();
    private readonly Dictionary<string, TrafficState?> _left = new(StringComparer.Ordinal);
    private DeploymentOptions _options = Given.Options with { DrainTimeout = TimeSpan.FromSeconds(10), HealthyDeadline = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData("0", 2)]
    [InlineData("5 0 5 0", 5)]
    [InlineData("5 e 0", 4)]
    [InlineData("? 0", 3)]
    public async Task A_member_is_idle_after_two_reads_in_a_row_without_connections(string looks, int reads)
    {
        _balancer.Looks = [.. looks.Split(' ').Select(look => Look(look))];
        StepOutcome outcome = await RunAsync(Idle());
        outcome.Fault.ShouldBeNull();
        _balancer.Reads.ShouldBe(reads);
    }

    [Fact]
    public async Task A_drain_whose_end_alone_is_told_is_waited_for()
    {
        _balancer.Capabilities = BalancerCapabilities.DrainEnd;
        _balancer.Looks = [Look("?"), Look("?"), Look("0")];
        (await RunAsync(Idle())).Fault.ShouldBeNull();
        _balancer.Reads.ShouldBe(4);
    }

    [Theory]
    [InlineData("5", "it still had")]
    [InlineData("E", "someone enabled it again in pool web")]
    [InlineData("e", "500")]
    [InlineData("?", "connections unknown")]
    public async Task A_drain_that_does_not_end_fails_with_what_was_seen(string look, string said)
    {
        _balancer.Looks = [Look(look)];
        StepOutcome outcome = await RunAsync(Idle());
        outcome.Fault.ShouldNotBeNull().Id.ShouldBe(look == "E" ? ErrorId.ChangedByOperator : ErrorId.DrainTimedOut);
        outcome.Fault.Message.ShouldContain(said == "it still had" ? "5 connections" : said);
        _clock.Elapsed.ShouldBe(_options.DrainTimeout);
        _balancer.Written.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(DrainTimeoutAction.Continue, BalancerCapabilities.ConnectionCounts | BalancerCapabilities.Offline, "")]
    [InlineData(DrainTimeoutAction.Force, BalancerCapabilities.ConnectionCounts, "")]
    [InlineData(DrainTimeoutAction.Force, BalancerCapabilities.ConnectionCounts | BalancerCapabilities.Offline, "web01 Offline")]
    internal async Task What_follows_a_drain_that_does_not_end_is_the_operators_choice(DrainTimeoutAction action, BalancerCapabilities capabilities, string written)
    {
        _options = _options with { OnDrainTimeout = action };
        _balancer.Capabilities = capabilities;
        _balancer.Looks = [Look("5")];
        StepOutcome outcome = await RunAsync(Idle());
        outcome.Fault.ShouldBeNull();
        string.Join(", ", _balancer.Written).ShouldBe(written);
        outcome.Members?.Values.ShouldBe(written.Length == 0 ? [] : [TrafficState.Offline]);
    }

    [Theory]
    [InlineData(DrainTimeoutAction.Continue)]
    [InlineData(DrainTimeoutAction.Force)]
    internal async Task What_somebody_has_enabled_again_is_neither_forced_nor_gone_on_with(DrainTimeoutAction action)
    {
        _options = _options with { OnDrainTimeout = action };
        _balancer.Capabilities = BalancerCapabilities.ConnectionCounts | BalancerCapabilities.Offline;
        _balancer.Looks = [Look("E")];
        (await RunAsync(Idle())).Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.ChangedByOperator);
        _balancer.Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_member_that_is_gone_is_not_waited_for()
    {
        _balancer.Looks = [[]];
        (await Should.ThrowAsync<AppStatusException>(RunAsync(Idle()))).Id.ShouldBe(ErrorId.MemberNotFound);
        _clock.Elapsed.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Where_nothing_counts_connections_the_wait_is_fixed_and_said_to_be_unobserved()
    {
        _balancer.Capabilities = BalancerCapabilities.None;
        _balancer.Looks = [Look("5")];
        (await RunAsync(Idle())).Observed.ShouldStartWith("Not observed");
        _clock.Elapsed.ShouldBe(_options.DrainWait);
        _balancer.Looks = [Look("E")];
        (await RunAsync(Idle())).Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.ChangedByOperator, "it is looked at once more before anything is deployed");
    }

    [Fact]
    public async Task What_somebody_has_enabled_since_the_plan_is_drained_and_goes_back_to_that()
    {
        PoolMember planned = Given.Member(1, TrafficState.Offline);
        _balancer.Looks = [[Given.Member(1)]];
        StepOutcome outcome = await RunAsync(new DrainHandler(Pools(), lane => lane.Leaving), planned);
        _balancer.Written.ShouldBe(["web01 Draining"]);
        outcome.Found.ShouldNotBeNull()["lb1/web/web01"].ShouldBe(TrafficState.Enabled);
        outcome.Members.ShouldNotBeNull()["lb1/web/web01"].ShouldBe(TrafficState.Draining);
    }

    [Theory]
    [InlineData("E", 3)]
    [InlineData("E E D E", 6)]
    [InlineData("D e E", 5)]
    public async Task A_member_serves_after_three_reads_in_a_row(string looks, int reads)
    {
        _balancer.Looks = [.. looks.Split(' ').Select(look => Look(look))];
        (await RunAsync(new AwaitServingHandler(Pools(), _options, _clock))).Fault.ShouldBeNull();
        _balancer.Reads.ShouldBe(reads);
    }

    [Fact]
    public async Task A_member_that_does_not_serve_in_time_is_named_with_what_the_balancer_says()
    {
        _balancer.Looks = [[Given.Member(1, up: false) with { HealthReason = "L4CON" }]];
        Fault fault = (await RunAsync(new AwaitServingHandler(Pools(), _options, _clock))).Fault.ShouldNotBeNull();
        (fault.Id, fault.Message).ShouldBe((ErrorId.NotServing, "web01 was put back but did not serve within 10 s: pool web: Enabled, Down L4CON."));
    }

    [Fact]
    public async Task A_member_of_weight_zero_without_a_monitor_is_back_when_it_is_as_it_was()
    {
        PoolMember idle = Given.Member(1) with { Weight = 0, Health = MemberHealth.Unknown, Serving = false };
        _balancer.Looks = [[idle]];
        (await RunAsync(new AwaitServingHandler(Pools(), _options, _clock), idle)).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task A_restore_writes_only_what_was_enabled_and_is_not_now()
    {
        PoolMember[] before = [Given.Member(1), Given.Member(2, TrafficState.Offline), Given.Member(3)];
        _balancer.Looks = [[Given.Member(1, TrafficState.Draining), Given.Member(2), Given.Member(3)]];
        StepOutcome outcome = await RunAsync(new RestoreHandler(Pools(), _clock), before);
        _balancer.Written.ShouldBe(["web01 Enabled"]);
        outcome.Members.ShouldNotBeNull().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(ErrorId.HttpError, true)]
    [InlineData(ErrorId.MemberNotFound, false)]
    public async Task A_member_that_cannot_be_put_back_does_not_keep_the_others_out(ErrorId error, bool present)
    {
        PoolMember[] drained = [Given.Member(1, TrafficState.Draining), Given.Member(2, TrafficState.Draining)];
        _balancer.Looks = [present ? drained : [.. drained.Skip(1)]];
        _balancer.Refuses = "web01";
        StepOutcome outcome = await RunAsync(new RestoreHandler(Pools(), _clock), Given.Member(1), Given.Member(2));

        outcome.Fault.ShouldNotBeNull().Id.ShouldBe(error);
        outcome.Members.ShouldNotBeNull()["lb1/web/web02"].ShouldBe(TrafficState.Enabled);
        outcome.Members.TryGetValue("lb1/web/web01", out TrafficState? state).ShouldBe(present);
        state.ShouldBeNull("whether the write took place is not known");
    }

    [Fact]
    public async Task A_drain_that_fails_half_way_tells_what_is_known_of_each()
    {
        _balancer.Refuses = "web02";
        _balancer.Looks = [[Given.Member(1), Given.Member(2), Given.Member(3)]];
        StepOutcome outcome = await RunAsync(new DrainHandler(Pools(), lane => lane.Leaving), Given.Member(1), Given.Member(2), Given.Member(3));
        outcome.Fault.ShouldNotBeNull();
        outcome.Members.ShouldBe(new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = TrafficState.Draining, ["lb1/web/web02"] = null });
        _balancer.Written.ShouldBe(["web01 Draining"]);
    }

    [Fact]
    public async Task A_drain_leaves_what_a_hand_has_taken_out_and_remembers_it()
    {
        _balancer.Looks = [[Given.Member(1, TrafficState.Offline), Given.Member(2)]];
        _left["lb1/web/web01"] = TrafficState.Enabled;
        StepOutcome outcome = await RunAsync(new DrainHandler(Pools(), lane => lane.Leaving), Given.Member(1), Given.Member(2));
        _balancer.Written.ShouldBe(["web02 Draining"]);
        outcome.Found.ShouldBe(new Dictionary<string, TrafficState> { ["lb1/web/web01"] = TrafficState.Offline });
    }

    [Theory]
    [InlineData(TrafficState.Draining, "web01 Enabled")]
    [InlineData(null, "web01 Enabled")]
    [InlineData(TrafficState.Offline, "")]
    public async Task A_restore_overwrites_only_what_was_ours_or_may_have_been(TrafficState? left, string written)
    {
        _balancer.Looks = [[Given.Member(1, TrafficState.Draining)]];
        _left["lb1/web/web01"] = left;
        StepOutcome outcome = await RunAsync(new RestoreHandler(Pools(), _clock), Given.Member(1));
        string.Join(",", _balancer.Written).ShouldBe(written);
        outcome.Fault?.Id.ShouldBe(ErrorId.ChangedByOperator);
        (outcome.Found?["lb1/web/web01"]).ShouldBe(written.Length > 0 ? null : TrafficState.Draining);
    }

    private AwaitIdleHandler Idle() => new(Pools(), _options, _clock);

    private PoolReader Pools() => new(new Dictionary<string, IBalancer> { ["lb1"] = _balancer }, _clock);

    private Task<StepOutcome> RunAsync(IStepHandler handler, params PoolMember[] before)
    {
        PoolMember[] memberships = before.Length == 0 ? [Given.Member(1)] : before;
        Lane lane = Given.Plan(_options, Given.Pool(1)).Waves[0].Lanes[0] with { Memberships = memberships };
        return _clock.RunAsync(handler.RunAsync(new StepRequest(lane, 1, _left, _ => { }), CancellationToken.None), TimeSpan.FromMinutes(5));
    }

    // A number: drained with so many connections; ?: drained, not counted; E: enabled; D: down; e: the read fails.
    private static PoolMember[]? Look(string look) => look switch
    {
        "e" => null,
        "E" => [Given.Member(1)],
        "D" => [Given.Member(1, up: false)],
        "?" => [Given.Member(1, TrafficState.Draining) with { Connections = null }],
        _ => [Given.Member(1, TrafficState.Draining) with { Connections = int.Parse(look, null) }],
    };
}
