using System.Xml.Linq;
using AppStatus.Core.Balancers.Elb;

namespace AppStatus.Core.Tests.Balancers.Elb;

public sealed class RuleActionsTests
{
    private const string Names = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

    [Fact]
    public void All_that_a_rule_does_is_carried_over_with_the_new_weight()
    {
        IReadOnlyList<XElement> actions = Actions("""
            <member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig><Issuer>https://idp</Issuer><ClientId>web</ClientId>
              <AuthenticationRequestExtraParams><entry><key>prompt</key><value>login</value></entry></AuthenticationRequestExtraParams><Scope>openid mail</Scope></AuthenticateOidcConfig></member>
            <member><Type>forward</Type><Order>2</Order><ForwardConfig>
              <TargetGroups><member><TargetGroupArn>arn:stable</TargetGroupArn><Weight>95</Weight></member><member><TargetGroupArn>arn:canary</TargetGroupArn><Weight>5</Weight></member></TargetGroups>
              <TargetGroupStickinessConfig><Enabled>true</Enabled><DurationSeconds>120</DurationSeconds></TargetGroupStickinessConfig></ForwardConfig></member>
            """);

        RuleActions.Weights(actions).ShouldBe(new Dictionary<string, int> { ["arn:stable"] = 95, ["arn:canary"] = 5 }, ignoreOrder: true);
        RuleActions.ToParameters(actions, "Actions", "arn:canary", 25).Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(
            [
                "Actions.member.1.Type=authenticate-oidc",
                "Actions.member.1.Order=1",
                "Actions.member.1.AuthenticateOidcConfig.Issuer=https://idp",
                "Actions.member.1.AuthenticateOidcConfig.ClientId=web",
                "Actions.member.1.AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.key=prompt",
                "Actions.member.1.AuthenticateOidcConfig.AuthenticationRequestExtraParams.entry.1.value=login",
                "Actions.member.1.AuthenticateOidcConfig.Scope=openid mail",
                "Actions.member.1.AuthenticateOidcConfig.UseExistingClientSecret=true",
                "Actions.member.2.Type=forward",
                "Actions.member.2.Order=2",
                "Actions.member.2.ForwardConfig.TargetGroups.member.1.TargetGroupArn=arn:stable",
                "Actions.member.2.ForwardConfig.TargetGroups.member.1.Weight=95",
                "Actions.member.2.ForwardConfig.TargetGroups.member.2.TargetGroupArn=arn:canary",
                "Actions.member.2.ForwardConfig.TargetGroups.member.2.Weight=25",
                "Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.Enabled=true",
                "Actions.member.2.ForwardConfig.TargetGroupStickinessConfig.DurationSeconds=120",
            ],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("<member><Type>forward</Type><TargetGroupArn>arn:stable</TargetGroupArn></member>")]
    [InlineData("<member><Type>forward</Type><TargetGroupArn>arn:stable</TargetGroupArn><ForwardConfig><TargetGroups><member><TargetGroupArn>arn:stable</TargetGroupArn></member></TargetGroups></ForwardConfig></member>")]
    public void A_single_target_group_is_named_once(string xml)
    {
        IReadOnlyList<XElement> actions = Actions(xml);

        RuleActions.Weights(actions).ShouldBe(new Dictionary<string, int> { ["arn:stable"] = 1 });
        RuleActions.ToParameters(actions, "DefaultActions", "arn:stable", 7).Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(
            ["DefaultActions.member.1.Type=forward", "DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn=arn:stable", "DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.Weight=7"]);
    }

    [Fact]
    public void A_redirect_keeps_what_is_empty_on_purpose()
    {
        RuleActions.ToParameters(Actions("<member><Type>redirect</Type><RedirectConfig><Path>/new</Path><Query></Query></RedirectConfig></member>"), "Actions", "arn:stable", 7)
            .Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(["Actions.member.1.Type=redirect", "Actions.member.1.RedirectConfig.Path=/new", "Actions.member.1.RedirectConfig.Query="]);
    }

    private static IReadOnlyList<XElement> Actions(string xml) => [.. XElement.Parse($"<Actions xmlns='{Names}'>{xml}</Actions>").Elements()];
}
