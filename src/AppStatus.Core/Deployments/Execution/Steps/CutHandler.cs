using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>
/// Takes the canaries' traffic to nothing. What is stable gets weight back first, and gives it up last, so that the canaries'
/// share never rises meanwhile; but one that can't be written does not keep the canaries in traffic.
/// </summary>
internal sealed class CutHandler(PoolReader pools, TimeProvider time) : IStepHandler
{
    /// <summary>A balancer that is away for a moment must not leave a bad canary in traffic.</summary>
    private static readonly TimeSpan RetryLimit = TimeSpan.FromSeconds(30);

    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        Lane lane = request.Lane;
        TrafficShift shift = lane.Shift!;
        var states = new Dictionary<string, TrafficState?>(StringComparer.Ordinal);
        var faults = new List<Fault>();
        PoolMember[] canaries = [.. lane.Memberships.Where(shift.IsCanary)], stable = [.. lane.Memberships.Where(member => !shift.IsCanary(member) && IsWeighted(member))];
        foreach (PoolMember member in stable) await RaiseAsync(member, cancellationToken).ConfigureAwait(false);
        if (!shift.ByPool)
            foreach (PoolMember member in canaries) await TryAsync(member, () => TakeOutAsync(member, request, states, cancellationToken)).ConfigureAwait(false);
        // Where a canary's weight is its pool's, that is its traffic.
        foreach (PoolMember member in canaries.Where(IsWeighted).Concat(stable))
            await TryAsync(member, () => SetWeightAsync(member, cancellationToken)).ConfigureAwait(false);

        string text = faults.Count == 0
            ? "The canaries get no traffic, and every weight is as it was."
            : $"Not all of the canaries' traffic could be taken back: {string.Join(" ", faults.Select(fault => fault.Message))}";
        return new StepOutcome(text, faults.Count == 0 ? null : new Fault(faults[0].Id, text, faults[0].NextStep), states);

        bool IsWeighted(PoolMember member) => member.Weight is not null && shift.Weights.ContainsKey(LaneRun.MemberKey(member));

        async Task TryAsync(PoolMember member, Func<Task> write)
        {
            DateTimeOffset started = time.GetUtcNow();
            while (true)
            {
                try
                {
                    await write().ConfigureAwait(false);
                    return;
                }
                catch (AppStatusException exception) when (time.GetUtcNow() - started < RetryLimit && exception.Id != ErrorId.LeaseLost && exception.Id != ErrorId.MemberNotFound)
                {
                    request.Report($"trying again: {exception.Fault.Message}");
                }
                catch (AppStatusException exception)
                {
                    faults.Add(exception.Fault);
                    return;
                }

                await time.DelayAsync(PollInterval.After(time.GetUtcNow() - started), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Insists on nothing: it is written again once the canaries are out.
    private async Task RaiseAsync(PoolMember planned, CancellationToken cancellationToken)
    {
        try
        {
            PoolMember now = await pools.ReadMemberAsync(planned, cancellationToken).ConfigureAwait(false);
            if (now.Weight < planned.Weight) await pools.Balancer(planned).SetWeightAsync(planned, planned.Weight.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception) when (exception.Id != ErrorId.LeaseLost)
        {
            // The canaries' traffic comes first.
        }
    }

    private async Task SetWeightAsync(PoolMember planned, CancellationToken cancellationToken)
    {
        PoolMember now = await pools.ReadMemberAsync(planned, cancellationToken).ConfigureAwait(false);
        if (now.Weight != planned.Weight) await pools.Balancer(planned).SetWeightAsync(planned, planned.Weight!.Value, cancellationToken).ConfigureAwait(false);
    }

    private async Task TakeOutAsync(PoolMember planned, StepRequest request, Dictionary<string, TrafficState?> states, CancellationToken cancellationToken)
    {
        string key = LaneRun.MemberKey(planned);
        PoolMember now = await pools.ReadMemberAsync(planned, cancellationToken).ConfigureAwait(false);
        if (now.State == TrafficState.Enabled)
        {
            states[key] = null; // until the balancer has said
            now = await pools.Balancer(planned).SetStateAsync(planned, TrafficState.Draining, cancellationToken).ConfigureAwait(false);
        }
        else if (!states.ContainsKey(key) && request.Left.TryGetValue(key, out TrafficState? left) && left == TrafficState.Enabled)
        {
            // Somebody has taken it out: it would pass for ours, and the next share would put it back over their head.
            return;
        }

        states[key] = now.State;
    }
}
