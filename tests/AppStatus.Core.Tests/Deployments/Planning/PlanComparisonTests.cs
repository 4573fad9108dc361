using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Planning;

public sealed class PlanComparisonTests
{
    private static readonly DeploymentPlan Approved = Given.Plan(Given.Options, Given.Pool(3));

    [Fact]
    public void A_world_that_has_not_changed_is_as_planned() =>
        Should.NotThrow(() => PlanComparison.Require(Approved, Given.Plan(Given.Options, Given.Pool(3))));

    [Fact]
    public void A_lane_that_is_gone_and_one_that_is_new_are_named()
    {
        Refused(Given.Plan(Given.Options, Given.Pool(2))).ShouldContain("web03 is not piped in any more");
        Refused(Given.Plan(Given.Options, Given.Pool(4))).ShouldContain("web04 is new");
    }

    [Fact]
    public void Another_order_is_named_since_the_first_one_is_the_canary() =>
        Refused(Given.Plan(Given.Options, Given.Pool(3), Given.Member(2), Given.Member(1), Given.Member(3))).ShouldContain("another order");

    [Fact]
    public void A_member_that_was_taken_out_since_is_named() =>
        Refused(Given.Plan(Given.Options, [Given.Member(1, TrafficState.Offline), Given.Member(2), Given.Member(3)])).ShouldContain("web/web01 is Offline, and was Enabled");

    [Fact]
    public void An_instance_that_has_lost_its_health_is_named() =>
        Refused(Given.Plan(Given.Options, [Given.Member(1, up: false), Given.Member(2), Given.Member(3)])).ShouldContain("web01 is unhealthy now");

    [Fact]
    public void A_pool_that_has_lost_a_member_which_was_not_piped_is_named() =>
        Refused(Given.Plan(Given.Options, [.. Given.Pool(3), Given.Member(4)], [.. Given.Pool(3)])).ShouldContain("pool web has 4 serving of 4 enabled members, and had 3 of 3");

    [Fact]
    public void An_instance_that_runs_another_version_is_named()
    {
        Lane first = Approved.Waves[0].Lanes[0];
        Lane other = first with { Instance = first.Instance with { Version = "1.5" } };
        Refused(Approved with { Waves = [Approved.Waves[0] with { Lanes = [other, .. Approved.Waves[0].Lanes.Skip(1)] }] }).ShouldContain("web01 runs '1.5', and ran '1.0'");
    }

    private static string Refused(DeploymentPlan now)
    {
        AppStatusException refusal = Should.Throw<AppStatusException>(() => PlanComparison.Require(Approved, now));
        refusal.Id.ShouldBe(ErrorId.PlanOutdated);
        return refusal.Message;
    }
}
