using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>
/// Puts back every membership that was enabled when the deployment was planned: those that were not were never taken out.
/// One that can't be put back does not keep the others out.
/// </summary>
internal sealed class RestoreHandler(PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, TrafficState?>(StringComparer.Ordinal);
        var texts = new List<string>();
        Fault? fault = null;
        foreach (PoolMember before in request.Lane.Memberships.Where(member => member.State == TrafficState.Enabled))
        {
            try
            {
                TrafficState state = await RestoreAsync(before, states, cancellationToken).ConfigureAwait(false);
                texts.Add($"{before} {state}");
            }
            catch (AppStatusException exception)
            {
                fault ??= exception.Fault;
                texts.Add(exception.Message);
            }
        }

        return new StepOutcome(texts.Count == 0 ? "Was not enabled: nothing to put back." : string.Join(", ", texts), fault, states);
    }

    private async Task<TrafficState> RestoreAsync(PoolMember before, Dictionary<string, TrafficState?> states, CancellationToken cancellationToken)
    {
        string key = LaneRun.MemberKey(before);
        PoolMember now = await pools.ReadMemberAsync(before, cancellationToken).ConfigureAwait(false);
        if (now.State != before.State)
        {
            states[key] = null; // until the balancer has said
            now = await pools.Balancer(before).SetStateAsync(before, before.State, cancellationToken).ConfigureAwait(false);
        }

        states[key] = now.State;
        return now.State;
    }
}
