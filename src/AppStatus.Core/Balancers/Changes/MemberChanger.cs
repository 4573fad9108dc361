using System.Collections.Concurrent;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Changes;

/// <summary>
/// Changes members of any balancer, many at a time, but never takes the last serving one of a pool out unless that is
/// allowed. What has been taken while a look at the pool is under way is judged together by that look, and then written side by
/// side, or at one stroke where the balancer can do that; the next look waits for it, since two that each still saw the other
/// serving would empty the pool together.
/// </summary>
/// <param name="allowEmptyPool">Takes the last serving member out, too.</param>
/// <param name="limit">How many writes are under way side by side, over all pools; at least 1.</param>
internal sealed class MemberChanger(bool allowEmptyPool, int limit = MemberChanger.DefaultLimit)
{
    private const int DefaultLimit = 32;

    private readonly ConcurrentDictionary<PoolKey, PoolTurn> _turns = new();

    /// <summary>Never disposed: without a wait handle it holds nothing.</summary>
    private SemaphoreSlim Slots { get; } = new(limit, limit);

    /// <summary>Puts a change in its place: within a pool they are judged in the order in which they are taken.</summary>
    /// <returns>To be passed to <see cref="ApplyAsync(PendingChange, CancellationToken)"/>. Until then it may be carried out already, along with others.</returns>
    public PendingChange Take(IBalancer balancer, PoolMember member, MemberChange change)
    {
        var pending = new PendingChange(balancer, member, change);
        if (TakesTurns(pending)) TurnOf(pending).Add(pending);
        return pending;
    }

    /// <returns>The member as it reads afterwards.</returns>
    /// <exception cref="AppStatusException"><see cref="ErrorId.LastServingMember"/>, <see cref="ErrorId.MemberNotFound"/>, and what the balancer throws.</exception>
    public async Task<PoolMember> ApplyAsync(PendingChange change, CancellationToken cancellationToken)
    {
        if (!TakesTurns(change))
        {
            await WriteAsync(change, cancellationToken).ConfigureAwait(false);
            return change.GetResult();
        }

        PoolTurn turn = TurnOf(change);
        await turn.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!change.IsSettled) await RunAsync(turn, change, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.RemoveSettled();
            turn.Gate.Release();
        }

        return change.GetResult();
    }

    /// <inheritdoc cref="ApplyAsync(PendingChange, CancellationToken)"/>
    public Task<PoolMember> ApplyAsync(IBalancer balancer, PoolMember member, MemberChange change, CancellationToken cancellationToken) =>
        ApplyAsync(Take(balancer, member, change), cancellationToken);

    private bool IsGuarded(PendingChange change) => !allowEmptyPool && change.Change.TakesOut;

    private bool TakesTurns(PendingChange change) => IsGuarded(change) || change.Balancer is IMemberBatch;

    private PoolTurn TurnOf(PendingChange change) => _turns.GetOrAdd(new PoolKey(change.Balancer.Id, change.Member.Pool), static _ => new PoolTurn());

    /// <summary>One batch: <paramref name="first"/>, and all that wait by the time the pool has been looked at.</summary>
    private async Task RunAsync(PoolTurn turn, PendingChange first, CancellationToken cancellationToken)
    {
        if (!IsGuarded(first))
        {
            await WriteAllAsync([.. turn.Waiting.Where(change => !IsGuarded(change))], cancellationToken).ConfigureAwait(false);
            return;
        }

        CapacityGuard guard;
        try
        {
            guard = new CapacityGuard(await first.Balancer.GetMembersAsync(first.Member.Pool, cancellationToken).ConfigureAwait(false));
        }
        catch (AppStatusException exception)
        {
            // The others would find the same, each after as long a wait.
            foreach (PendingChange change in turn.Waiting) change.Settle(change == first ? exception : Untouched(change.Member, exception));
            return;
        }

        List<PendingChange> allowed = [];
        foreach (PendingChange change in turn.Waiting)
        {
            if (IsGuarded(change) && guard.Judge(change.Member, change.Change) is { } refusal) change.Settle(refusal);
            else allowed.Add(change);
        }

        await WriteAllAsync(allowed, cancellationToken).ConfigureAwait(false);
    }

    private Task WriteAllAsync(IReadOnlyList<PendingChange> changes, CancellationToken cancellationToken) =>
        Task.WhenAll(changes.GroupBy(change => change.Balancer).Select(group => group.Key is IMemberBatch batch && group.Count() > 1
            ? WriteAtOnceAsync(batch, [.. group], cancellationToken)
            : Task.WhenAll(group.Select(change => WriteAsync(change, cancellationToken)))));

    private async Task WriteAtOnceAsync(IMemberBatch batch, PendingChange[] changes, CancellationToken cancellationToken)
    {
        await Slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<MemberOutcome> outcomes = await batch.ChangeAsync(
                changes[0].Member.Pool, [.. changes.Select(change => new WantedChange(change.Member, change.Change))], cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < changes.Length; i++)
            {
                changes[i].MarkSent();
                if (outcomes[i].Written is { } written) changes[i].Settle(written);
                else changes[i].Settle(outcomes[i].Refusal!);
            }
        }
        catch (AppStatusException exception)
        {
            foreach (PendingChange change in changes) change.Settle(Untouched(change.Member, exception));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (PendingChange change in changes) change.Settle(exception);
        }
        finally
        {
            Slots.Release();
        }
    }

    /// <summary>Settles it, whatever happens but a cancellation.</summary>
    private async Task WriteAsync(PendingChange change, CancellationToken cancellationToken)
    {
        await Slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // The slot may be that of one that has just been stopped.
            cancellationToken.ThrowIfCancellationRequested();
            change.MarkSent();
            change.Settle(await SingleWrite.RunAsync(change.Balancer, change.Member, change.Change, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested || exception is AppStatusException)
        {
            change.Settle(exception);
        }
        finally
        {
            Slots.Release();
        }
    }

    private static AppStatusException Untouched(PoolMember member, AppStatusException cause) =>
        new(cause.Id, $"{member} was not changed: {cause.Fault.Message}", cause.Fault.NextStep, member, cause);
}
