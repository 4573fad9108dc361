using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>
/// Brings what a step took out of traffic to the balancers' other units before the lane goes on: after a failover, one that
/// does not know of the drain would send traffic to an instance that is being deployed to.
/// </summary>
internal sealed class ConfigSyncHandler(IStepHandler step, PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        StepOutcome outcome = await step.RunAsync(request, cancellationToken).ConfigureAwait(false);
        if (outcome.Fault is not null || outcome.Members is not { } members) return outcome;
        IBalancer[] changed = [.. request.Lane.AllMemberships.Where(member => members.ContainsKey(LaneRun.MemberKey(member))).Select(pools.Balancer).Distinct()];
        try
        {
            foreach (IBalancer balancer in changed) await balancer.Keeper().SyncAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception)
        {
            return outcome with { Fault = exception.Fault };
        }

        return changed.Length == 0 ? outcome : outcome with { Observed = $"{outcome.Observed} Synchronised." };
    }
}
