using System.Xml.Linq;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Elb;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.Elb.Configuration;
using AppStatus.Lab.Elb.Model;

namespace AppStatus.Integration.Tests.Balancers.Elb;

/// <summary>Weighted target groups: by a rule, and by a listener's default one.</summary>
public sealed class WeightTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "ModifyRule")]
    [InlineData(true, "ModifyListener")]
    public async Task A_weight_is_set_for_its_target_group_and_the_rest_of_the_rule_stays(bool isDefault, string action)
    {
        await using ElbRange range = await StartAsync();
        Rule rule = RuleOf(range, isDefault);
        rule.Actions.AddFirst(XElement.Parse("""
            <member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig><Issuer>https://idp.example</Issuer><AuthorizationEndpoint>https://idp.example/a</AuthorizationEndpoint>
            <TokenEndpoint>https://idp.example/t</TokenEndpoint><UserInfoEndpoint>https://idp.example/u</UserInfoEndpoint><ClientId>web</ClientId>
            <AuthenticationRequestExtraParams><entry><key>prompt</key><value>login</value></entry></AuthenticationRequestExtraParams></AuthenticateOidcConfig></member>
            """));
        rule.Actions.Descendants("TargetGroupStickinessConfig").Single().ReplaceNodes(new XElement("Enabled", "true"), new XElement("DurationSeconds", 120));
        string before = rule.Actions.ToString();
        ElbBalancer balancer = await ConnectAsync(range, isDefault);
        PoolMember canary = (await balancer.GetMembersAsync("canary", Cancelled))[0];
        (canary.Weight, canary.Share).ShouldBe((0, 0));

        PoolMember written = await balancer.SetWeightAsync(canary, 25, Cancelled);

        written.Weight.ShouldBe(25);
        written.Share.ShouldNotBeNull().ShouldBe(100 * 25.0 / 125, 0.01);
        (await balancer.GetMembersAsync("web", Cancelled)).ShouldAllBe(member => member.Weight == 100 && Math.Abs(member.Share!.Value - 40) < 0.01);
        rule.Actions.ToString().ShouldBe(before.Replace("<Weight>0</Weight>", "<Weight>25</Weight>"));
        range.Simulator.Log.Calls.Where(call => call.IsWrite).Select(call => call.Action).ShouldBe([action]);
    }

    [Fact]
    public async Task Users_see_the_weights()
    {
        await using ElbRange range = await StartAsync();
        ElbBalancer balancer = await ConnectAsync(range, isDefault: true);
        PoolMember canary = (await balancer.GetMembersAsync("canary", Cancelled))[0];
        await balancer.SetWeightAsync(canary, 100, Cancelled);
        using var users = new PoolUsers(range.Entry);

        var answers = new List<string>();
        for (int i = 0; i < 20; i++) answers.Add(await users.GetAsync("/", Cancelled));

        answers.Count(name => name == range.Instances[canary.Name].Name).ShouldBe(10);
    }

    [Fact]
    public async Task A_member_knows_the_weight_of_its_group_but_has_none_of_its_own()
    {
        await using ElbRange range = await StartAsync();
        ElbBalancer balancer = await ConnectAsync(range, isDefault: false);

        balancer.Capabilities.HasFlag(BalancerCapabilities.Weights).ShouldBeFalse();
        balancer.Capabilities.HasFlag(BalancerCapabilities.PoolWeights).ShouldBeTrue();
        CapabilityRow.ShouldBeDocumented("AWS ELB, target group with a rule", balancer.Capabilities, range);
        PoolMember member = (await balancer.GetMembersAsync("web", Cancelled))[0];
        (await Should.ThrowAsync<AppStatusException>(() => balancer.SetWeightAsync(member, 1000, Cancelled))).Id.ShouldBe(ErrorId.InvalidArgument);
        range.Simulator.Log.Calls.ShouldNotContain(call => call.IsWrite);
    }

    private static async Task<ElbRange> StartAsync() => await ElbRange.StartAsync(3, running: 3, adjust: given => given with
    {
        TargetGroups = [given.TargetGroups[0] with { Targets = [.. given.TargetGroups[0].Targets.Take(2)] }, given.TargetGroups[0] with { Name = "canary", Targets = [given.TargetGroups[0].Targets[2]] }],
        Listeners = [given.Listeners[0] with
        {
            Default = new Dictionary<string, int> { ["web"] = 100, ["canary"] = 0 },
            Rules = [new RuleConfiguration { PathPattern = "/api/*", Forward = new Dictionary<string, int> { ["web"] = 100, ["canary"] = 0 } }],
        }],
        PageSize = 1,
    });

    private static Rule RuleOf(ElbRange range, bool isDefault) => range.Simulator.Model.LoadBalancers[0].Rules[isDefault ? ^1 : 0];

    private static async Task<ElbBalancer> ConnectAsync(ElbRange range, bool isDefault)
    {
        ElbBalancer balancer = (await range.ConnectAgainAsync(isDefault ? range.Simulator.Model.LoadBalancers[0].ListenerArn : RuleOf(range, isDefault).Arn)).Balancer;
        await Eventually.GetAsync(() => balancer.GetMembersAsync("web", Cancelled), members => members.All(member => member.Serving), "all members serving");
        await Eventually.GetAsync(() => balancer.GetMembersAsync("canary", Cancelled), members => members.All(member => member.Health == MemberHealth.Up), "a healthy canary");
        range.Simulator.Log.Clear();
        return balancer;
    }
}
