using System.Xml.Linq;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Elb;

namespace AppStatus.Core.Tests.Balancers.Elb;

/// <summary>The words of AWS for a target, as a pool member.</summary>
public sealed class HealthTests
{
    private static readonly TargetGroup Group = new("web", "arn:web", "instance", InUse: true) { DeregistrationDelay = TimeSpan.FromSeconds(120) };

    [Theory]
    [InlineData("healthy", "", TrafficState.Enabled, MemberHealth.Up, true, "")]
    [InlineData("initial", "Elb.InitialHealthChecking", TrafficState.Enabled, MemberHealth.Unknown, false, "initial: Elb.InitialHealthChecking")]
    [InlineData("unhealthy", "Target.Timeout", TrafficState.Enabled, MemberHealth.Down, false, "unhealthy: Target.Timeout")]
    [InlineData("unhealthy.draining", "Target.FailedHealthChecks", TrafficState.Enabled, MemberHealth.Down, false, "unhealthy.draining")]
    [InlineData("unavailable", "Target.HealthCheckDisabled", TrafficState.Enabled, MemberHealth.Unknown, true, "unavailable")]
    [InlineData("unused", "Target.NotInUse", TrafficState.Enabled, MemberHealth.Down, false, "unused: Target.NotInUse (no listener rule forwards")]
    [InlineData("unused", "Target.InvalidState", TrafficState.Enabled, MemberHealth.Down, false, "unused: Target.InvalidState")]
    [InlineData("draining", "Target.DeregistrationInProgress", TrafficState.Draining, MemberHealth.Unknown, false, "draining: Target.DeregistrationInProgress (for 120 s, whatever is in flight)")]
    public void A_target_is_read(string state, string reason, TrafficState traffic, MemberHealth health, bool serving, string text)
    {
        PoolMember member = TargetHealth.ToMember(Entry(state, reason), Group, "elb:here").ShouldNotBeNull();

        (member.State, member.Health, member.Serving, member.Connections).ShouldBe((traffic, health, serving, null));
        member.HealthReason.ShouldStartWith(text);
        (member.Name, member.Address, member.Port, member.Pool).ShouldBe(("i-1:8080", "i-1", 8080, "web"));
    }

    [Fact]
    public void A_target_that_is_not_registered_is_none() => TargetHealth.ToMember(Entry("unused", "Target.NotRegistered"), Group, "elb:here").ShouldBeNull();

    [Theory]
    [InlineData("InService", "N/A", "N/A", TrafficState.Enabled, MemberHealth.Up, true)]
    [InlineData("InService", "N/A", "Instance deregistration currently in progress.", TrafficState.Draining, MemberHealth.Up, false)]
    [InlineData("OutOfService", "Instance", "Instance has failed at least the UnhealthyThreshold number of health checks consecutively.", TrafficState.Enabled, MemberHealth.Down, false)]
    [InlineData("OutOfService", "ELB", "Instance registration is still in progress.", TrafficState.Enabled, MemberHealth.Unknown, false)]
    [InlineData("Unknown", "ELB", "A transient error occurred. Please try again later or contact AWS Support.", TrafficState.Enabled, MemberHealth.Unknown, false)]
    public void A_classic_instance_is_read(string state, string code, string description, TrafficState traffic, MemberHealth health, bool serving)
    {
        PoolMember member = InstanceHealth.ToMember(Instance(state, code, description), "web", 80, "elb:here").ShouldNotBeNull();

        (member.State, member.Health, member.Serving, member.Connections, member.Name).ShouldBe((traffic, health, serving, null, "i-1:80"));
    }

    [Fact]
    public void A_classic_instance_is_out_when_the_description_says_so_and_not_before() =>
        InstanceHealth.ToMember(Instance("OutOfService", "Instance", "Instance is not currently registered with the LoadBalancer."), "web", 80, "elb:here").ShouldBeNull();

    private static XElement Entry(string state, string reason) => XElement.Parse(
        $"<member xmlns='urn:any'><Target><Id>i-1</Id><Port>8080</Port></Target><TargetHealth><State>{state}</State>{(reason.Length > 0 ? $"<Reason>{reason}</Reason>" : "")}</TargetHealth></member>");

    private static XElement Instance(string state, string code, string description) => XElement.Parse(
        $"<member><InstanceId>i-1</InstanceId><State>{state}</State><ReasonCode>{code}</ReasonCode><Description>{description}</Description></member>");
}
