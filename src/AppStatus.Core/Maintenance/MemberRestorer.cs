using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Changes;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Maintenance;

/// <summary>Puts suspended members of one pool back as they were, under its lease. What somebody has changed since is theirs, unless that is asked for, too.</summary>
/// <param name="includeChanged">Puts back also what was changed by hand, and forgets members that are gone.</param>
internal sealed class MemberRestorer(ISuspensions suspensions, ILease lease, bool includeChanged)
{
    private readonly MemberChanger _changer = new(allowEmptyPool: false);

    /// <returns>The member as it reads afterwards; null where it is gone, and forgotten.</returns>
    /// <exception cref="AppStatusException">ChangedByOperator, MemberNotFound, LastServingMember, StoreUnavailable, LeaseLost, and what the balancer throws.</exception>
    public async Task<PoolMember?> RestoreAsync(IBalancer balancer, SuspendedMember record, CancellationToken cancellationToken)
    {
        var leased = new LeasedBalancer(balancer, lease);
        PoolMember? now = (await leased.GetMembersAsync(record.Pool, cancellationToken).ConfigureAwait(false)).FirstOrDefault(record.IsOf);
        if (now is null)
        {
            if (!includeChanged)
                throw new AppStatusException(ErrorId.MemberNotFound, $"Pool {record.Pool} has no member {record.Name} any more, which was {record.Describe()}.", "Restore-PoolMember -IncludeChanged forgets it.", record);
        }
        else if (now.State != record.StateBefore || now.Weight != record.WeightBefore)
        {
            if (!includeChanged) RefuseChanged(record, now);
            var change = new MemberChange(now.State == record.StateBefore ? null : record.StateBefore, now.Weight == record.WeightBefore ? null : record.WeightBefore);
            // Only where there were no weights when it was suspended, and there are now: then there is none to go back to.
            if (change is not { State: null, Weight: null }) now = await _changer.ApplyAsync(leased, record.ToMember(), change, cancellationToken).ConfigureAwait(false);
        }

        await suspensions.RemoveAsync(record, lease, cancellationToken).ConfigureAwait(false);
        return now;
    }

    private static void RefuseChanged(SuspendedMember record, PoolMember now)
    {
        bool state = now.State != record.StateBefore && !record.StatesSet.Contains(now.State), weight = now.Weight != record.WeightBefore;
        if (!state && !weight) return;
        string what = state && weight ? "state and weight were" : state ? "state was" : "weight was";
        throw new AppStatusException(ErrorId.ChangedByOperator,
            FormattableString.Invariant($"The {what} changed by hand since {record} was {record.Describe()}. It is {now.State}, weight {now.Weight}, and was {record.StateBefore}, weight {record.WeightBefore}; it was left as it is."),
            "Put it back as it was with Restore-PoolMember -IncludeChanged; Set-PoolMember makes it whatever else it should be.", now);
    }
}
