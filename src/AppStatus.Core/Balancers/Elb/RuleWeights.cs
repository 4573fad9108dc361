using System.Xml.Linq;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>The weights of the target groups that one rule of a listener forwards to.</summary>
#pragma warning disable CA1001 // a semaphore without a wait handle holds nothing
internal sealed class RuleWeights(QueryClient client, ElbArn arn)
#pragma warning restore CA1001
{
    public const int MaxWeight = 999;

    // A change replaces the whole action list: two at once would each undo the other's.
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <returns>By target group ARN.</returns>
    public async Task<IReadOnlyDictionary<string, int>> ReadAsync(CancellationToken cancellationToken) =>
        RuleActions.Weights((await FindAsync(cancellationToken).ConfigureAwait(false)).Actions);

    /// <exception cref="AppStatusException">InvalidArgument, NotSupported where the rule does not forward to the group, WriteNotConfirmed.</exception>
    public async Task SetAsync(TargetGroup group, int weight, PoolMember member, CancellationToken cancellationToken)
    {
        if (weight is < 0 or > MaxWeight)
        {
            throw new AppStatusException(ErrorId.InvalidArgument, FormattableString.Invariant($"Weight {weight} for {group.Name} is out of range. Nothing was changed."),
                $"Target groups' weights go from 0 (no traffic) to {MaxWeight}.", member);
        }

        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (bool isDefault, string ruleArn, IReadOnlyList<XElement> actions) = await FindAsync(cancellationToken).ConfigureAwait(false);
            if (!RuleActions.Weights(actions).ContainsKey(group.Arn))
            {
                throw new AppStatusException(ErrorId.NotSupported, $"The rule {arn.Text} does not forward to {group.Name}, so there is no weight to set. Nothing was changed.",
                    "Add the target group to the rule's forward action first.", member);
            }

            // ModifyRule refuses the default rule: that one is changed as a property of its listener.
            await (isDefault
                ? client.AskAsync("ModifyListener", RuleActions.ToParameters(actions, "DefaultActions", group.Arn, weight).Add("ListenerArn", arn.ListenerArn), member, cancellationToken)
                : client.AskAsync("ModifyRule", RuleActions.ToParameters(actions, "Actions", group.Arn, weight).Add("RuleArn", ruleArn), member, cancellationToken)).ConfigureAwait(false);

            IReadOnlyDictionary<string, int> now = RuleActions.Weights((await FindAsync(cancellationToken).ConfigureAwait(false)).Actions);
            if (now.TryGetValue(group.Arn, out int read) && read == weight) return;
            throw new AppStatusException(ErrorId.WriteNotConfirmed, FormattableString.Invariant($"AWS took the weight {weight} for {group.Name}, and reads back {(now.ContainsKey(group.Arn) ? read : "none")}."),
                "Look whether somebody else changes this rule, then set it again.", member);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<(bool IsDefault, string RuleArn, IReadOnlyList<XElement> Actions)> FindAsync(CancellationToken cancellationToken)
    {
        bool byListener = arn.Kind == "listener";
        QueryParameters which = byListener ? new QueryParameters().Add("ListenerArn", arn.Text) : new QueryParameters().AddList("RuleArns", [arn.Text]);
        IReadOnlyList<XElement> pages = await client.AskAllAsync("DescribeRules", which, arn.Text, "NextMarker", "Marker", cancellationToken).ConfigureAwait(false);
        XElement rule = pages.SelectMany(page => page.List("Rules")).FirstOrDefault(one => !byListener || IsDefault(one))
            ?? throw ElbFaults.PoolNotFound(client.Endpoint.Authority, arn.Text, "no such rule");
        return (IsDefault(rule), rule.Text("RuleArn"), [.. rule.Child("Actions")?.Elements() ?? []]);
    }

    private static bool IsDefault(XElement rule) => rule.Text("IsDefault").Equals("true", StringComparison.OrdinalIgnoreCase);
}
