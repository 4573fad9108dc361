using AppStatus.Core.Balancers.Elb;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Balancers.Elb;

public sealed class ElbArnTests
{
    private const string Start = "arn:aws-cn:elasticloadbalancing:cn-north-1:123456789012:";

    [Fact]
    public void A_target_group_tells_its_region_account_and_name()
    {
        ElbArn arn = ElbArn.Of(Start + "targetgroup/web/73e2d6bc24d8a067", "targetgroup");

        (arn.Region, arn.Account, arn.Name).ShouldBe(("cn-north-1", "123456789012", "web"));
    }

    [Theory]
    [InlineData("listener-rule/app/lb/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee")]
    [InlineData("listener/app/lb/50dc6c495c0c9188/f2f7dc8efc522ab2")]
    public void A_rule_and_a_listener_tell_the_listener(string resource) =>
        ElbArn.Of(Start + resource, "listener-rule", "listener").ListenerArn.ShouldBe(Start + "listener/app/lb/50dc6c495c0c9188/f2f7dc8efc522ab2");

    [Theory]
    [InlineData("web")]
    [InlineData("arn:aws:s3:::bucket")]
    [InlineData(Start + "targetgroup/web")]
    [InlineData(Start + "loadbalancer/app/lb/50dc6c495c0c9188")]
    [InlineData(Start + "listener/app/lb/50dc6c495c0c9188/f2f7dc8efc522ab2")]
    public void Anything_else_is_refused(string text) => Should.Throw<AppStatusException>(() => ElbArn.Of(text, "targetgroup")).Id.ShouldBe(ErrorId.InvalidArgument);

    [Theory]
    [InlineData("i-1:80", "i-1", 80)]
    [InlineData("2001:db8::1:8080", "2001:db8::1", 8080)]
    public void A_members_name_is_its_id_and_port(string name, string id, int port) => ElbTarget.Parse(name).ShouldBe(new ElbTarget(id, port));

    [Theory]
    [InlineData("web01")]
    [InlineData(":80")]
    [InlineData("i-1:0")]
    [InlineData("i-1:65536")]
    public void Another_balancers_name_is_none(string name) => ElbTarget.Parse(name).ShouldBeNull();
}
