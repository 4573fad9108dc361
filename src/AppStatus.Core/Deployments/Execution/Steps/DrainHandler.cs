using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Takes every membership that was enabled out of new traffic. One that was not is left as it is.</summary>
internal sealed class DrainHandler(PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, TrafficState>(StringComparer.Ordinal);
        foreach (PoolMember member in request.Lane.Memberships.Where(member => member.State == TrafficState.Enabled))
        {
            PoolMember after = await pools.Balancer(member).SetStateAsync(member, TrafficState.Draining, cancellationToken).ConfigureAwait(false);
            states[LaneRun.MemberKey(member)] = after.State;
        }

        return new StepOutcome(states.Count == 0 ? "Was not enabled: nothing to drain." : string.Join(", ", states.Keys), Members: states);
    }
}
