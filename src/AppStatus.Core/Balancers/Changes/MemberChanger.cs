using System.Collections.Concurrent;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Changes;

/// <summary>
/// Changes members of any balancer, many at a time, but never takes the last serving one of a pool out unless that is
/// allowed. Where members of one pool go out side by side, the look at the pool and the write are one: two that each still
/// saw the other serving would empty it together.
/// </summary>
internal sealed class MemberChanger(bool allowEmptyPool)
{
    private const int NamesShown = 5;

    private readonly ConcurrentDictionary<PoolKey, SemaphoreSlim> _gates = new();

    /// <returns>The member as it reads afterwards.</returns>
    /// <exception cref="AppStatusException"><see cref="ErrorId.LastServingMember"/>, <see cref="ErrorId.MemberNotFound"/>, and what the balancer throws.</exception>
    public async Task<PoolMember> ApplyAsync(IBalancer balancer, PoolMember member, MemberChange change, CancellationToken cancellationToken)
    {
        if (allowEmptyPool || !change.TakesOut) return await WriteAsync(balancer, member, change, cancellationToken).ConfigureAwait(false);

        // Never disposed: without a wait handle it holds nothing.
        SemaphoreSlim gate = _gates.GetOrAdd(new PoolKey(balancer.Id, member.Pool), static _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RefuseLast(member, await balancer.GetMembersAsync(member.Pool, cancellationToken).ConfigureAwait(false));
            return await WriteAsync(balancer, member, change, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private static void RefuseLast(PoolMember member, IReadOnlyList<PoolMember> pool)
    {
        PoolMember now = pool.FirstOrDefault(candidate => candidate.Name == member.Name) ?? throw new AppStatusException(
            ErrorId.MemberNotFound, $"Pool {member.Pool} has no member {member.Name} (any more). Nothing was changed.", "Read the pool's members again.", member);
        // One that is being checked may carry traffic already, though nobody counts on it yet.
        bool mayServe = now.Serving || (now.State == TrafficState.Enabled && now.Health != MemberHealth.Down && now.Weight != 0);
        if (!mayServe || pool.Any(other => other.Serving && other.Name != now.Name)) return;

        PoolMember[] others = [.. pool.Where(other => other.Name != now.Name)];
        string rest = others.Length == 0
            ? "it is the only member"
            : "the others: " + string.Join(", ", others.Take(NamesShown).Select(other => $"{other.Name} {other.State} {other.Health}")) + (others.Length > NamesShown ? ", …" : "");
        throw new AppStatusException(
            ErrorId.LastServingMember,
            $"{now.Name} is the last member of pool {now.Pool} that serves ({rest}). Taking it out would leave the pool empty, so it was not changed.",
            "Put another member into service first (Set-PoolMember -State Enabled | Wait-PoolMember -Health Up), or pass -AllowEmptyPool if the pool may be empty.",
            now);
    }

    // On the way in the weight comes first, on the way out the state: no moment with the wrong share of the traffic.
    private static async Task<PoolMember> WriteAsync(IBalancer balancer, PoolMember member, MemberChange change, CancellationToken cancellationToken)
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
