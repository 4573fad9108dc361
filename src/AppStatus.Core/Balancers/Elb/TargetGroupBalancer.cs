using System.Xml.Linq;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>Target groups of Application and Network Load Balancers (API 2015-12-01); weights are those of a listener's rule.</summary>
internal sealed class TargetGroupBalancer(
    string id, IReadOnlyList<TargetGroup> groups, RuleWeights? rule, QueryClient client, InstanceAddresses addresses, ElbConnectOptions options, TimeProvider time)
    : ElbBalancer(id, client, addresses, options, time), IWeightLimits
{
    private readonly Dictionary<string, TargetGroup> _groups = groups.ToDictionary(group => group.Name, StringComparer.Ordinal);

    public override IReadOnlyList<string> Pools => [.. groups.Select(group => group.Name)];

    public override BalancerCapabilities Capabilities => BalancerCapabilities.DrainEnd | (rule is null ? BalancerCapabilities.None : BalancerCapabilities.PoolWeights);

    public override async Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken)
    {
        TargetGroup group = Group(member.Pool);
        if (rule is null) throw NoRule($"{member} was not changed.", member);
        await rule.SetAsync(group, weight, member, cancellationToken).ConfigureAwait(false);
        return (await GetMembersAsync(member.Pool, cancellationToken).ConfigureAwait(false)).FirstOrDefault(now => now.Name == member.Name)
            ?? throw new AppStatusException(ErrorId.MemberNotFound, $"The weight of {group.Name} is {weight} now, but it has no target {member.Name} (any more).", "List the targets with Get-ElbTarget.", member);
    }

    public Task<WeightLimits> GetWeightLimitsAsync(string pool, CancellationToken cancellationToken)
    {
        Group(pool);
        return rule is null ? throw NoRule("Nothing was changed.", pool) : Task.FromResult(new WeightLimits(0, RuleWeights.MaxWeight));
    }

    private static AppStatusException NoRule(string state, object target) => new(
        ErrorId.NotSupported, $"Targets have no weights: {state} A rule that forwards to several target groups has one for each.",
        "Connect with that rule: Connect-Elb -TargetGroupArn … -RuleArn …", target);

    protected override async Task<IReadOnlyList<PoolMember>> ReadListedAsync(string pool, CancellationToken cancellationToken)
    {
        TargetGroup group = Group(pool);
        XElement answer = await Client.AskAsync("DescribeTargetHealth", Of(group), pool, cancellationToken).ConfigureAwait(false);
        return [.. answer.List("TargetHealthDescriptions").Select(entry => TargetHealth.ToMember(entry, group, Id)).OfType<PoolMember>()];
    }

    protected override async Task RegisterAsync(string pool, ElbTarget target, PoolMember member, CancellationToken cancellationToken)
    {
        TargetGroup group = Group(pool);
        try
        {
            await Client.AskAsync("RegisterTargets", With(Of(group), target), member, cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception) when (group.TargetType == "ip" && exception.Id is ErrorId.BalancerRefused or ErrorId.MemberNotFound)
        {
            // An address outside the group's VPC must be said to be so, and one inside must not.
            await Client.AskAsync("RegisterTargets", With(Of(group), target).Add("Targets.member.1.AvailabilityZone", "all"), member, cancellationToken).ConfigureAwait(false);
        }
    }

    protected override async Task DeregisterAsync(string pool, ElbTarget target, PoolMember member, CancellationToken cancellationToken) =>
        await Client.AskAsync("DeregisterTargets", With(Of(Group(pool)), target), member, cancellationToken).ConfigureAwait(false);

    /// <summary>With a rule, the share is of the rule's traffic: that of the group by its weight, and within it alike.</summary>
    protected override async Task<IReadOnlyList<PoolMember>> WithSharesAsync(string pool, IReadOnlyList<PoolMember> members, CancellationToken cancellationToken)
    {
        if (rule is null) return members.WithShares(weighted: false);
        IReadOnlyDictionary<string, int> weights = await rule.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!weights.TryGetValue(Group(pool).Arn, out int weight)) return members.WithShares(weighted: false);

        long total = weights.Values.Sum(one => (long)one);
        double part = total == 0 ? 0 : (double)weight / total;
        return [.. members.Select(member => member with { Weight = weight, Serving = member.Serving && weight > 0 }).ToList()
            .WithShares(weighted: false).Select(member => member with { Share = member.Share * part })];
    }

    private TargetGroup Group(string pool) => _groups.TryGetValue(pool, out TargetGroup? group) ? group : throw new AppStatusException(
        ErrorId.PoolNotFound, $"This session has no target group {SafeText.Condensed(pool)}. It has: {string.Join(", ", Pools)}.", "Connect it too: Connect-Elb -TargetGroupArn …; names are case-sensitive.", pool);

    private static QueryParameters Of(TargetGroup group) => new QueryParameters().Add("TargetGroupArn", group.Arn);

    private static QueryParameters With(QueryParameters parameters, ElbTarget target) =>
        parameters.Add("Targets.member.1.Id", target.Id).Add("Targets.member.1.Port", target.Port);
}
