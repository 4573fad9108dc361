using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>
/// Sets the weights of a step. Canaries whose weight falls come first, then what is stable and rises, then what falls, so that at no moment they get more
/// than the larger of both shares; what is out of traffic comes in when all weights are right.
/// </summary>
internal sealed class ShiftHandler(PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        TrafficShift shift = request.Lane.Shift!;
        var states = new Dictionary<string, TrafficState?>(StringComparer.Ordinal);
        try
        {
            IReadOnlyList<PoolMember> now = await pools.ReadMembersAsync(request.Lane.Memberships, cancellationToken).ConfigureAwait(false);
            if (ByHand(request, now) is { } hand) return hand;
            // Back to what it was, a canary that was not in traffic goes first.
            if (shift.Restores) await SetStatesAsync(request.Lane, now, states, into: false, cancellationToken).ConfigureAwait(false);
            foreach (PoolMember member in InOrder(shift, now))
                await pools.Balancer(member).SetWeightAsync(member, shift.Weights[LaneRun.MemberKey(member)], cancellationToken).ConfigureAwait(false);
            await SetStatesAsync(request.Lane, now, states, into: true, cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception)
        {
            return new StepOutcome(exception.Message, exception.Fault, states);
        }

        string text = shift.Restores ? "Every weight is as it was." : FormattableString.Invariant($"The canaries' weights make {shift.Reached:0.#} % of the traffic.");
        return new StepOutcome(text, Members: states);
    }

    /// <summary>Those whose weight differs from the step's.</summary>
    private static IEnumerable<PoolMember> InOrder(TrafficShift shift, IReadOnlyList<PoolMember> now) => now
        .Where(member => shift.Weights.TryGetValue(LaneRun.MemberKey(member), out int weight) && member.Weight != weight)
        .OrderBy(member => (shift.IsCanary(member), Rises: shift.Weights[LaneRun.MemberKey(member)] > member.Weight) switch { (true, false) => 0, (false, true) => 1, (false, false) => 2, _ => 3 });

    private async Task SetStatesAsync(Lane lane, IReadOnlyList<PoolMember> now, Dictionary<string, TrafficState?> states, bool into, CancellationToken cancellationToken)
    {
        TrafficShift shift = lane.Shift!;
        foreach (PoolMember member in now.Where(shift.IsCanary))
        {
            string key = LaneRun.MemberKey(member);
            TrafficState wanted = shift.Restores ? lane.Memberships.First(planned => LaneRun.MemberKey(planned) == key).State : TrafficState.Enabled;
            if (into != (wanted == TrafficState.Enabled)) continue;
            states[key] = null; // until the balancer has said
            states[key] = member.State == wanted ? wanted : (await pools.Balancer(member).SetStateAsync(member, wanted, cancellationToken).ConfigureAwait(false)).State;
        }
    }

    private static StepOutcome? ByHand(StepRequest request, IReadOnlyList<PoolMember> now)
    {
        PoolMember? changed = now.FirstOrDefault(member => request.Lane.Shift!.IsCanary(member) && member.State != TrafficState.Enabled
            && request.Left.TryGetValue(LaneRun.MemberKey(member), out TrafficState? left) && left is not null && left != member.State);
        if (changed is null) return null;
        string text = $"{changed} was set {changed.State} by hand: it gets no share of the traffic, and no weight was changed.";
        return new StepOutcome(text, new Fault(ErrorId.ChangedByOperator, text, "Ask who did it, then type Resume-Deployment or Undo-Deployment."), new Dictionary<string, TrafficState?>(StringComparer.Ordinal));
    }
}
