using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Puts the lane's own members into traffic. One that somebody has set otherwise since the plan was made is theirs, and fails the lane.</summary>
internal sealed class EnterHandler(PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, TrafficState?>(StringComparer.Ordinal);
        foreach (PoolMember member in request.Lane.Memberships)
        {
            string key = LaneRun.MemberKey(member);
            try
            {
                PoolMember now = await pools.ReadMemberAsync(member, cancellationToken).ConfigureAwait(false);
                if (now.State != TrafficState.Enabled)
                {
                    if (IsByHand(member, now, request))
                    {
                        string text = $"{member} was set {Name(now)} by hand since the plan was made, and is left so.";
                        return new StepOutcome(text, new Fault(ErrorId.ChangedByOperator, text, "Ask who did it, then type Resume-Deployment, or plan anew."), states);
                    }

                    states[key] = null; // until the balancer has said
                    now = await pools.Balancer(member).SetStateAsync(member, TrafficState.Enabled, cancellationToken).ConfigureAwait(false);
                }

                states[key] = now.State;
            }
            catch (AppStatusException exception)
            {
                return new StepOutcome(exception.Message, exception.Fault, states);
            }
        }

        return new StepOutcome(string.Join(", ", request.Lane.Memberships), Members: states);
    }

    // What an earlier attempt of ours may have written is not known for certain, and no sign of a hand.
    private static bool IsByHand(PoolMember planned, PoolMember now, StepRequest request)
    {
        if (request.Attempt > 1 || !request.Left.TryGetValue(LaneRun.MemberKey(planned), out TrafficState? left) || left is null) return false;
        bool otherStatus = planned.State == now.State && planned.NativeState.Length > 0 && now.NativeState.Length > 0 && planned.NativeState != now.NativeState;
        return left != now.State || otherStatus;
    }

    private static string Name(PoolMember member) => member.NativeState.Length > 0 ? member.NativeState : member.State.ToString();
}
