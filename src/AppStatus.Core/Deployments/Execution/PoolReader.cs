using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>
/// Reads pools for everybody who waits on one: many lanes share a read. A caller never gets a read that began before its call.
/// </summary>
internal sealed class PoolReader(IReadOnlyDictionary<string, IBalancer> balancers, TimeProvider time)
{
    private readonly Dictionary<PoolKey, SharedRead> _reads = [];
    private readonly MemberPlaces _places = new();

    public IBalancer Balancer(PoolMember member) => balancers[member.Balancer];

    public IBalancer Balancer(string id) => balancers[id];

    public Task<IReadOnlyList<PoolMember>> ReadAsync(PoolKey pool, CancellationToken cancellationToken)
    {
        SharedRead? read;
        lock (_reads)
        {
            if (!_reads.TryGetValue(pool, out read))
                _reads[pool] = read = new SharedRead(stop => balancers[pool.Balancer].GetMembersAsync(pool.Pool, stop));
        }

        return read.JoinAsync(cancellationToken);
    }

    /// <summary>The member as it is now.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.MemberNotFound"/> when it has been removed from its pool.</exception>
    public async Task<PoolMember> ReadMemberAsync(PoolMember member, CancellationToken cancellationToken) =>
        Find(await ReadAsync(PoolKey.Of(member), cancellationToken).ConfigureAwait(false), member);

    /// <summary>The members as they are now.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.MemberNotFound"/> when one has been removed from its pool.</exception>
    public async Task<IReadOnlyList<PoolMember>> ReadMembersAsync(IReadOnlyList<PoolMember> memberships, CancellationToken cancellationToken)
    {
        var found = new List<PoolMember>(memberships.Count);
        foreach (IGrouping<PoolKey, PoolMember> pool in memberships.GroupBy(PoolKey.Of))
        {
            IReadOnlyList<PoolMember> members = await ReadAsync(pool.Key, cancellationToken).ConfigureAwait(false);
            found.AddRange(pool.Select(membership => Find(members, membership)));
        }

        return found;
    }

    /// <summary>All pools side by side; one that can't be read is missing, and named.</summary>
    public async Task<PoolObservation> ObserveAsync(IEnumerable<PoolKey> pools, CancellationToken cancellationToken)
    {
        DateTimeOffset readAt = time.GetUtcNow();
        (PoolKey Pool, IReadOnlyList<PoolMember>? Members, Fault? Fault)[] reads =
            await Task.WhenAll(pools.Select(pool => TryReadAsync(pool, cancellationToken))).ConfigureAwait(false);
        return new PoolObservation(
            readAt,
            time.GetUtcNow(),
            reads.Where(read => read.Members is not null).ToDictionary(read => read.Pool, read => read.Members!),
            reads.Select(read => read.Fault).FirstOrDefault(fault => fault is not null)) { Places = _places };
    }

    private PoolMember Find(IReadOnlyList<PoolMember> members, PoolMember membership) =>
        _places.Find(PoolKey.Of(membership), members, membership.Name) ?? throw new AppStatusException(
            ErrorId.MemberNotFound,
            $"Member {membership.Name} is no longer in pool {membership.Pool}: someone removed it during the deployment.",
            target: membership);

    private async Task<(PoolKey Pool, IReadOnlyList<PoolMember>? Members, Fault? Fault)> TryReadAsync(PoolKey pool, CancellationToken cancellationToken)
    {
        try
        {
            return (pool, await ReadAsync(pool, cancellationToken).ConfigureAwait(false), null);
        }
        catch (AppStatusException exception)
        {
            return (pool, null, exception.Fault);
        }
        catch (Exception exception)
        {
            return (pool, null, new Fault(ErrorId.Unexpected, $"Pool {pool} could not be read: {exception.Message}"));
        }
    }
}
