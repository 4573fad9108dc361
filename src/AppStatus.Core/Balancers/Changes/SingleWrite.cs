using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Changes;

/// <summary>One member's change, by as many writes as it takes.</summary>
internal static class SingleWrite
{
    /// <returns>The member as it reads afterwards.</returns>
    /// <exception cref="AppStatusException">What the balancer throws; what was set before that is said.</exception>
    // On the way in the weight comes first, on the way out the state: no moment with the wrong share of the traffic.
    public static async Task<PoolMember> RunAsync(IBalancer balancer, PoolMember member, MemberChange change, CancellationToken cancellationToken)
    {
        if (change is not { State: { } state, Weight: { } weight })
        {
            return change.State is { } only
                ? await balancer.SetStateAsync(member, only, cancellationToken).ConfigureAwait(false)
                : await balancer.SetWeightAsync(member, change.Weight!.Value, cancellationToken).ConfigureAwait(false);
        }

        bool weightFirst = state == TrafficState.Enabled;
        PoolMember first = weightFirst
            ? await balancer.SetWeightAsync(member, weight, cancellationToken).ConfigureAwait(false)
            : await balancer.SetStateAsync(member, state, cancellationToken).ConfigureAwait(false);
        try
        {
            return weightFirst
                ? await balancer.SetStateAsync(first, state, cancellationToken).ConfigureAwait(false)
                : await balancer.SetWeightAsync(first, weight, cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception)
        {
            string now = FormattableString.Invariant($"Before that, {member} was set; now: {first.State}, weight {first.Weight}.");
            throw new AppStatusException(exception.Id, $"{exception.Fault.Message} {now}", exception.Fault.NextStep, first, exception);
        }
    }
}
