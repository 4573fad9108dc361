using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Deployments.Execution;

public sealed class AdmissionTests
{
    private readonly RunByHand _run = Given.Run(Given.Options with { BatchSize = "2", MinimumHealthy = "2" }, 4);

    [Fact]
    public void A_look_that_is_missing_old_or_from_before_a_member_left_admits_nothing()
    {
        PoolObservation look = _run.Look();
        new Admission(_run.State, null, _run.Now).HasObservation.ShouldBeFalse();
        new Admission(_run.State, look, _run.Now + Admission.MaximumAge).HasObservation.ShouldBeTrue();
        new Admission(_run.State, look, _run.Now + Admission.MaximumAge + TimeSpan.FromTicks(1)).HasObservation.ShouldBeFalse();

        _run.Wait(1).Step(_run.Look());
        _run.Until(1, StepKind.Deploy).Fail(1);
        PoolObservation before = _run.Look();
        _run.Step();
        new Admission(_run.State, before, _run.Now).HasObservation.ShouldBeFalse("it may be from before, at this very instant");
        new Admission(_run.State, _run.Wait(1).Look(), _run.Now).HasObservation.ShouldBeTrue();
    }

    [Fact]
    public void A_look_that_took_long_is_as_old_as_its_answer()
    {
        PoolObservation look = _run.Look() with { ReadAt = _run.Now, AnsweredAt = _run.Now + TimeSpan.FromSeconds(9) };
        new Admission(_run.State, look, _run.Now + TimeSpan.FromSeconds(10)).HasObservation.ShouldBeTrue();
    }

    [Fact]
    public void Lanes_admitted_in_one_decision_count_for_each_other()
    {
        var admission = new Admission(_run.State, _run.Look(), _run.Now);
        admission.TryTake(Lane(1), Lane(1).Plan.Leaving).ShouldBe(3);
        admission.TryTake(Lane(2), Lane(2).Plan.Leaving).ShouldBe(2);
        admission.TryTake(Lane(3), Lane(3).Plan.Leaving).ShouldBeNull();
    }

    [Fact]
    public void What_is_out_counts_for_nothing_whatever_the_look_says()
    {
        _run.Until(1, StepKind.AwaitIdle).Until(2, StepKind.AwaitIdle);

        new Admission(_run.State, _run.Look(), _run.Now).TryTake(Lane(3), Lane(3).Plan.Leaving).ShouldBeNull("two are drained, though the look shows all serving");
    }

    [Fact]
    public void A_member_counts_again_when_it_was_seen_serving_not_when_it_was_put_back()
    {
        _run.Until(1, StepKind.AwaitServing);
        new Admission(_run.State, _run.Look(), _run.Now).TryTake(Lane(2), Lane(2).Plan.Leaving).ShouldBe(2);

        _run.Succeed(1).Step();
        new Admission(_run.State, _run.Look(), _run.Now).TryTake(Lane(2), Lane(2).Plan.Leaving).ShouldBe(3);
    }

    [Fact]
    public void A_member_that_does_not_serve_costs_nothing()
    {
        PoolObservation look = _run.Look(Given.Member(1, up: false), Given.Member(2, TrafficState.Offline), Given.Member(3, TrafficState.Offline));
        new Admission(_run.State, look, _run.Now).TryTake(Lane(1), Lane(1).Plan.Leaving).ShouldBe(1);
        new Admission(_run.State, look, _run.Now).TryTake(Lane(4), Lane(4).Plan.Leaving).ShouldBeNull();
    }

    [Fact]
    public void A_pool_that_could_not_be_read_admits_nobody()
    {
        PoolObservation blind = _run.Look() with { Members = new Dictionary<PoolKey, IReadOnlyList<PoolMember>>() };
        new Admission(_run.State, blind, _run.Now).TryTake(Lane(1), Lane(1).Plan.Leaving).ShouldBeNull();
    }

    [Fact]
    public void Every_pool_of_the_lane_must_have_room()
    {
        PoolMember web = Given.Member(1), api = Given.Member(1, pool: "api");
        var input = new PlanningInput([Given.Observed(true, web, api)], new Dictionary<PoolKey, IReadOnlyList<PoolMember>>
        {
            [PoolKey.Of(web)] = Given.Pool(4),
            [PoolKey.Of(api)] = [api, Given.Member(2, pool: "api"), Given.Member(3, pool: "api")],
        });
        var run = new RunByHand(RollingPlanner.Plan(Given.Options with { MinimumHealthy = "2" }, input).Plan!);

        new Admission(run.State, run.Look(), run.Now).TryTake(run.State.Lanes[0], run.State.Lanes[0].Plan.Leaving).ShouldBe(2);
        new Admission(run.State, run.Look(Given.Member(3, up: false, pool: "api")), run.Now).TryTake(run.State.Lanes[0], run.State.Lanes[0].Plan.Leaving).ShouldBeNull();
    }

    private LaneRun Lane(int number) => _run.State[Given.Lane(number)];
}
