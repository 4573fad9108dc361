using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>
/// Takes every membership that is enabled out of new traffic. One that was not enabled, or that somebody has taken out by hand
/// since the plan was made, is left as it is; one that somebody has enabled since goes back to that.
/// </summary>
/// <param name="members">Of a lane: those that are to go.</param>
internal sealed class DrainHandler(PoolReader pools, Func<Lane, IReadOnlyList<PoolMember>> members) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, TrafficState?>(StringComparer.Ordinal);
        var found = new Dictionary<string, TrafficState>(StringComparer.Ordinal);
        var texts = new List<string>();
        // One status stands for all memberships of an instance: what the write for one of them did is no hand's doing in the next.
        var ours = new HashSet<string>(StringComparer.Ordinal);
        foreach (PoolMember member in members(request.Lane))
        {
            string key = LaneRun.MemberKey(member);
            try
            {
                PoolMember now = await pools.ReadMemberAsync(member, cancellationToken).ConfigureAwait(false);
                if (member.State != TrafficState.Enabled && request.Lane.Effect == LaneEffect.Redeploy)
                {
                    if (now.State != TrafficState.Enabled) continue;
                    found[key] = now.State;
                    texts.Add($"{member} was enabled by hand and is drained, too");
                }

                // What we took out ourselves is as we left it; where a write's outcome is unknown, it may be ours.
                bool byHand = !ours.Contains(member.InstanceKey) && now.State != TrafficState.Enabled && request.Left.TryGetValue(key, out TrafficState? left) && left is not null && left != now.State;
                if (byHand)
                {
                    found[key] = now.State;
                    states[key] = now.State;
                    texts.Add($"{member} was set {now.State} by hand and is left so");
                    continue;
                }

                // What was not in traffic before goes back to just what it was.
                TrafficState state = member.State == TrafficState.Enabled || request.Lane.Effect == LaneEffect.Redeploy ? TrafficState.Draining : member.State;
                if (StatusDrivenBalancer.IsIdOf(member.Balancer)) ours.Add(member.InstanceKey);
                states[key] = null; // until the balancer has said
                states[key] = (await pools.Balancer(member).SetStateAsync(member, state, cancellationToken).ConfigureAwait(false)).State;
                texts.Add(member.ToString());
            }
            catch (AppStatusException exception)
            {
                return new StepOutcome(exception.Message, exception.Fault, states, Found(found));
            }
        }

        if (request.Lane.LeavesToShift && found.Values.Any(state => state != TrafficState.Enabled))
        {
            string text = $"{string.Join(", ", texts)}. As a canary it would be put into traffic over that hand.";
            return new StepOutcome(text, new Fault(ErrorId.ChangedByOperator, text, "Ask who did it; type Resume-Deployment to give it its share all the same."), states, found);
        }

        return new StepOutcome(texts.Count == 0 ? "Was not enabled: nothing to drain." : string.Join(", ", texts), Members: states, Found: Found(found));
    }

    private static Dictionary<string, TrafficState>? Found(Dictionary<string, TrafficState> found) => found.Count == 0 ? null : found;
}
