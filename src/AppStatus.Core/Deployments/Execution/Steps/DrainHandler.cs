using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Takes every membership that was enabled out of new traffic. One that was not is left as it is.</summary>
internal sealed class DrainHandler(PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, TrafficState?>(StringComparer.Ordinal);
        PoolMember[] members = [.. request.Lane.Memberships.Where(member => member.State == TrafficState.Enabled)];
        foreach (PoolMember member in members)
        {
            string key = LaneRun.MemberKey(member);
            states[key] = null; // until the balancer has said
            try
            {
                states[key] = (await pools.Balancer(member).SetStateAsync(member, TrafficState.Draining, cancellationToken).ConfigureAwait(false)).State;
            }
            catch (AppStatusException exception)
            {
                return new StepOutcome(exception.Message, exception.Fault, states);
            }
        }

        return new StepOutcome(members.Length == 0 ? "Was not enabled: nothing to drain." : string.Join<PoolMember>(", ", members), Members: states);
    }
}
