using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Puts every membership back as it was when the deployment was planned; one that is so already is not written.</summary>
internal sealed class RestoreHandler(PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<PoolMember> now = await pools.ReadMembersAsync(request.Lane, cancellationToken).ConfigureAwait(false);
        var states = new Dictionary<string, TrafficState>(StringComparer.Ordinal);
        foreach (PoolMember before in request.Lane.Memberships)
        {
            PoolMember current = now.First(member => member.Name == before.Name && member.Pool == before.Pool);
            TrafficState state = current.State == before.State
                ? current.State
                : (await pools.Balancer(before).SetStateAsync(before, before.State, cancellationToken).ConfigureAwait(false)).State;
            states[LaneRun.MemberKey(before)] = state;
        }

        return new StepOutcome(string.Join(", ", states.Select(state => $"{state.Key} {state.Value}")), Members: states);
    }
}
