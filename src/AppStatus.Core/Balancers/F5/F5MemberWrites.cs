using AppStatus.Core.Balancers.Changes;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>Changes of pool members: one by itself, or several of a pool in a transaction. Each is read back.</summary>
internal sealed class F5MemberWrites(F5Client client, F5Balancer pools, F5ActiveUnit unit)
{
    public const int MaxRatio = 100;

    /// <param name="member">Whose.</param>
    /// <param name="change">A state or a ratio.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="AppStatusException">Nothing was changed: StandbyUnit, PoolNotFound, MemberNotFound, NotSupported, InvalidArgument, BalancerRefused, AccessDenied. Afterwards: WriteNotConfirmed.</exception>
    public async Task<PoolMember> ChangeAsync(PoolMember member, MemberChange change, CancellationToken cancellationToken)
    {
        RefuseRatio(member, change);
        string pool = F5Name.FullPath(member.Pool);
        Task<(F5Pool Pool, IReadOnlyList<F5Member> Members)> configuration = pools.GetConfigurationAsync(pool, cancellationToken);
        await Task.WhenAll(unit.RequireAsync($"{member}", member, cancellationToken), configuration).ConfigureAwait(false);
        (F5Pool read, IReadOnlyList<F5Member> members) = await configuration.ConfigureAwait(false);
        RefuseUnwritable(read, members, member, change);

        F5Change patch = PatchOf(pool, member, change);
        await client.PatchAsync(patch.Path, patch.Json, member, cancellationToken).ConfigureAwait(false);

        IReadOnlyList<PoolMember> now = await pools.GetMembersAsync(pool, cancellationToken).ConfigureAwait(false);
        return Find(now, member) is { } written && IsDone(written, change) ? written : throw NotConfirmed(member, change, now);
    }

    /// <inheritdoc cref="IMemberBatch.ChangeAsync"/>
    public async Task<IReadOnlyList<MemberOutcome>> ChangeAsync(string pool, IReadOnlyList<WantedChange> changes, CancellationToken cancellationToken)
    {
        string path = F5Name.FullPath(pool);
        Task<(F5Pool Pool, IReadOnlyList<F5Member> Members)> configuration = pools.GetConfigurationAsync(path, cancellationToken);
        await Task.WhenAll(unit.RequireAsync("The pool", path, cancellationToken), configuration).ConfigureAwait(false);
        (F5Pool read, IReadOnlyList<F5Member> before) = await configuration.ConfigureAwait(false);

        var outcomes = new MemberOutcome?[changes.Count];
        for (int i = 0; i < outcomes.Length; i++)
        {
            try
            {
                RefuseRatio(changes[i].Member, changes[i].Change);
                RefuseUnwritable(read, before, changes[i].Member, changes[i].Change);
            }
            catch (AppStatusException refusal)
            {
                outcomes[i] = MemberOutcome.Of(refusal);
            }
        }

        WantedChange[] writable = [.. changes.Where((_, i) => outcomes[i] is null)];
        if (writable.Length > 0)
        {
            var written = new Queue<MemberOutcome>(await TransactAsync(path, writable, before, cancellationToken).ConfigureAwait(false));
            for (int i = 0; i < outcomes.Length; i++) outcomes[i] ??= written.Dequeue();
        }

        return outcomes!;
    }

    /// <summary>Whatever the device answers to the transaction, or whether it answers at all: what became of the members is read.</summary>
    private async Task<IReadOnlyList<MemberOutcome>> TransactAsync(string pool, WantedChange[] changes, IReadOnlyList<F5Member> before, CancellationToken cancellationToken)
    {
        using LateCancellation late = client.Late(cancellationToken);
        AppStatusException? failure = null;
        try
        {
            await client.TransactAsync([.. changes.Select(change => PatchOf(pool, change.Member, change.Change))],
                $"{changes.Length} members of pool {pool}", cancellationToken, late.Token).ConfigureAwait(false);
        }
        catch (AppStatusException exception)
        {
            failure = exception;
        }

        IReadOnlyList<PoolMember> now;
        try
        {
            now = await pools.GetMembersAsync(pool, late.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AppStatusException or OperationCanceledException)
        {
            return [.. changes.Select(change => MemberOutcome.Of(Unread(change, failure, exception)))];
        }

        return [.. changes.Select(change => OutcomeOf(change, failure, before, now))];
    }

    private MemberOutcome OutcomeOf(WantedChange wanted, AppStatusException? failure, IReadOnlyList<F5Member> before, IReadOnlyList<PoolMember> now)
    {
        PoolMember? found = Find(now, wanted.Member);
        bool isDone = found is not null && IsDone(found, wanted.Change);
        if (failure is null) return isDone ? MemberOutcome.Of(found!) : MemberOutcome.Of(NotConfirmed(wanted.Member, wanted.Change, now));

        // A refusal may be the answer to a second try, while the first, whose answer was lost, had come through.
        bool wasDone = before.Any(member => member.FullPath == F5Name.FullPath(wanted.Member.Name) && IsDone(member, wanted.Change));
        bool isUncertain = IsUncertain(failure);
        if (isDone && (!wasDone || isUncertain)) return MemberOutcome.Of(found!);
        // Behind an answer that never came, the device may still be at work.
        string state = isUncertain ? "reads unchanged after a transaction that failed" : "was not changed, as nothing of its transaction was";
        return MemberOutcome.Of(new AppStatusException(failure.Id, $"{wanted.Member} {state}: {failure.Fault.Message} {Now(found)}",
            failure.Fault.NextStep.Length > 0 ? failure.Fault.NextStep : "Set them one by one to see which of them it is about.", wanted.Member, failure));
    }

    private AppStatusException Unread(WantedChange wanted, AppStatusException? failure, Exception unread)
    {
        string said = failure?.Fault.Message ?? $"{client.Host} took the change.";
        string why = unread is AppStatusException known ? known.Fault.Message : "It was stopped.";
        return new AppStatusException(failure?.Id ?? ErrorId.WriteNotConfirmed,
            $"Whether {wanted.Member} was changed is not known. {said} It could not be read back: {why}", "Read the pool's members again.", wanted.Member, unread);
    }

    /// <summary>Failures behind which the commit may have come through.</summary>
    private static bool IsUncertain(AppStatusException failure) =>
        failure.Id is ErrorId.TimedOut or ErrorId.ConnectionClosed or ErrorId.Unreachable or ErrorId.HttpError or ErrorId.InvalidResponse;

    private AppStatusException NotConfirmed(PoolMember member, MemberChange change, IReadOnlyList<PoolMember> now)
    {
        string wanted = (change.State, change.Weight) switch
        {
            ({ } state, null) => $"in state {state}",
            (null, { } ratio) => FormattableString.Invariant($"of ratio {ratio}"),
            _ => FormattableString.Invariant($"in state {change.State} and of ratio {change.Weight}"),
        };
        return new AppStatusException(ErrorId.WriteNotConfirmed, $"{client.Host} took the change, but {member} is not {wanted}. {Now(Find(now, member))}",
            "Look whether somebody else changes this pool, then set it again.", member);
    }

    private static string Now(PoolMember? found) => found is null ? "It is gone." : FormattableString.Invariant($"It is {found.State}, ratio {found.Weight}, {found.HealthReason}.");

    private static PoolMember? Find(IReadOnlyList<PoolMember> members, PoolMember member)
    {
        string name = F5Name.FullPath(member.Name);
        return members.FirstOrDefault(candidate => F5Name.FullPath(candidate.Name) == name);
    }

    private static bool IsDone(PoolMember now, MemberChange change) => (change.State ?? now.State) == now.State && (change.Weight ?? now.Weight) == now.Weight;

    private static bool IsDone(F5Member now, MemberChange change) => (change.State ?? now.State) == now.State && (change.Weight ?? now.Ratio) == now.Ratio;

    private static F5Change PatchOf(string pool, PoolMember member, MemberChange change)
    {
        string state = change.State switch
        {
            null => "",
            TrafficState.Enabled => "\"state\":\"user-up\",\"session\":\"user-enabled\"",
            TrafficState.Draining => "\"state\":\"user-up\",\"session\":\"user-disabled\"",
            TrafficState.Offline => "\"state\":\"user-down\",\"session\":\"user-disabled\"",
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, message: null),
        };
        string ratio = change.Weight is { } weight ? FormattableString.Invariant($"\"ratio\":{weight}") : "";
        return new F5Change($"{F5Balancer.PathOf(pool)}/members/{F5Name.Encode(F5Name.FullPath(member.Name))}", $"{{{state}{(state.Length > 0 && ratio.Length > 0 ? "," : "")}{ratio}}}");
    }

    private static void RefuseRatio(PoolMember member, MemberChange change)
    {
        if (change.Weight is not { } weight || weight is >= 1 and <= MaxRatio) return;
        throw new AppStatusException(ErrorId.InvalidArgument, FormattableString.Invariant($"Ratio {weight} for {member} is out of range. Nothing was changed."),
            $"A BIG-IP's ratios go from 1 to {MaxRatio}. For no traffic: Set-PoolMember -State Draining.", member);
    }

    private void RefuseUnwritable(F5Pool pool, IReadOnlyList<F5Member> members, PoolMember member, MemberChange change)
    {
        string name = F5Name.FullPath(member.Name);
        F5Member found = members.FirstOrDefault(candidate => candidate.FullPath == name)
            ?? throw F5Faults.MemberNotFound(client.Host, member, $"pool {pool.FullPath} has {pool.MemberCount} members, but not this one");
        if (found.Ephemeral || found.IsTemplate)
        {
            throw new AppStatusException(ErrorId.NotSupported,
                $"{member} is made by {client.Host} from a DNS name and comes and goes with it. Nothing was changed.",
                "Take the address out of DNS, or make it a member by address.", member);
        }

        if (change.Weight is not null && !pool.UsesMemberRatio) throw NoRatios(pool, $"{member} was not changed.", member);
    }

    /// <param name="state">What was left undone, a sentence.</param>
    public static AppStatusException NoRatios(F5Pool pool, string state, object target) => new(
        ErrorId.NotSupported, $"Pool {pool.FullPath} balances by '{SafeText.Condensed(pool.LoadBalancingMode)}', where a member's ratio has no effect. {state}",
        "Set the pool's load balancing method to Ratio (member), Ratio (session) or Ratio Least Connections (member) first.", target);
}
