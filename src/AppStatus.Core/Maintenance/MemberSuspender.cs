using System.Collections.Concurrent;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Changes;
using AppStatus.Core.Balancers.Waiting;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Maintenance;

/// <summary>How one member's suspension ended.</summary>
/// <param name="Member">As it reads now.</param>
/// <param name="Warning">What the user must know; empty for nothing.</param>
internal sealed record SuspendOutcome(PoolMember Member, string Warning = "");

/// <summary>
/// Takes members out for maintenance, under the lease of their pools. What each one was is on record before anything is
/// changed, so that whatever ends this, a restore knows where it goes back to.
/// </summary>
/// <param name="known">What is suspended already.</param>
/// <param name="stop">Ends everything.</param>
internal sealed class MemberSuspender(
    ISuspensions suspensions, ILease lease, IReadOnlyList<SuspendedMember> known, SuspendOptions options, TimeProvider time, CancellationToken stop)
{
    private const int WriteLimit = 32;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);
    private readonly MemberChanger _changer = new(options.AllowEmptyPool);
    private readonly MemberPoller _poller = new(time, stop);
    private readonly DateTimeOffset _now = time.GetUtcNow();
    // However many are suspended together, their pool is read for all of them at once.
    private readonly ConcurrentDictionary<PoolKey, SharedRead> _reads = new();

    /// <summary>Side by side; the changer has a limit of its own. Never disposed: without a wait handle it holds nothing.</summary>
    private SemaphoreSlim Writes { get; } = new(WriteLimit, WriteLimit);

    /// <summary>On the machine's clock.</summary>
    public MemberSuspender(ISuspensions suspensions, ILease lease, IReadOnlyList<SuspendedMember> known, SuspendOptions options, CancellationToken stop)
        : this(suspensions, lease, known, options, TimeProvider.System, stop)
    {
    }

    /// <param name="report">Told what is awaited.</param>
    /// <exception cref="AppStatusException">LastServingMember, MemberNotFound, DrainTimedOut (it is back as it was), ChangedByOperator, StoreUnavailable, LeaseLost, and what the balancer throws.</exception>
    public async Task<SuspendOutcome> SuspendAsync(IBalancer balancer, PoolMember member, Action<string> report)
    {
        var leased = new LeasedBalancer(balancer, lease);
        PoolMember now = await FindAsync(leased, member).ConfigureAwait(false);
        SuspendedMember? earlier = known.FirstOrDefault(record => record.IsOf(now));
        // One that was put back by hand, or that stood like this before, begins anew; one that is out still keeps what it was before.
        bool still = earlier is not null && now.State != TrafficState.Enabled && now.State != earlier.StateBefore;
        SuspendedMember record = still ? earlier! : SuspendedMember.Of(now, options.Reason, lease.Holder.User, lease.Holder.Host, _now);
        if (!still) await suspensions.WriteAsync(record, lease, stop).ConfigureAwait(false);

        string warning = still ? $"{now} was {earlier!.Describe()}. What it was before stays on record." : "";
        PoolMember drained = now.State == TrafficState.Enabled ? await DrainAsync(leased, now, record).ConfigureAwait(false) : now;
        if (options.NoWait) return new SuspendOutcome(drained, warning);
        if (!balancer.Capabilities.HasFlag(BalancerCapabilities.ConnectionCounts))
        {
            report($"{drained}: waiting {options.DrainWait.TotalSeconds:0.#} s (connections are not counted)");
            await time.DelayAsync(options.DrainWait, stop).ConfigureAwait(false);
            return new SuspendOutcome(await StillOutAsync(record, await FindAsync(leased, drained).ConfigureAwait(false)).ConfigureAwait(false), warning);
        }

        return await AwaitIdleAsync(leased, drained, record, warning, report).ConfigureAwait(false);
    }

    private async Task<PoolMember> DrainAsync(LeasedBalancer balancer, PoolMember now, SuspendedMember record)
    {
        try
        {
            return await _changer.ApplyAsync(balancer, now, new MemberChange(TrafficState.Draining, Weight: null), stop).ConfigureAwait(false);
        }
        catch (AppStatusException)
        {
            await ForgetIfUntouchedAsync(balancer, record).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<SuspendOutcome> AwaitIdleAsync(LeasedBalancer balancer, PoolMember drained, SuspendedMember record, string warning, Action<string> report)
    {
        MemberWaitResult wait = await _poller.WaitAsync(
            balancer, drained, new MemberCondition(options.IdleConnections, Health: null, State: null), new MemberWaitOptions { Timeout = options.DrainTimeout, Interval = PollInterval },
            (reading, _) => report($"{reading}: {reading.Connections} connections"), stop).ConfigureAwait(false);
        PoolMember now = await StillOutAsync(record, wait.Last ?? drained).ConfigureAwait(false);
        if (wait.Reached) return new SuspendOutcome(now, warning);

        string why = wait.Fault?.Message ?? FormattableString.Invariant($"{now.Connections} connections.");
        string text = FormattableString.Invariant($"{now} was drained for {options.DrainTimeout.TotalSeconds:0.#} s and was not idle: {why}");
        switch (options.OnDrainTimeout)
        {
            case DrainTimeoutAction.Continue:
                return new SuspendOutcome(now, $"{text} It stays out, as -OnDrainTimeout Continue asks.");
            case DrainTimeoutAction.Force when balancer.Capabilities.HasFlag(BalancerCapabilities.Offline) && record.StateBefore == TrafficState.Enabled:
                await suspensions.WriteAsync(record with { StatesSet = [.. record.StatesSet, TrafficState.Offline] }, lease, stop).ConfigureAwait(false);
                return new SuspendOutcome(await SetStateAsync(balancer, now, TrafficState.Offline).ConfigureAwait(false), $"{text} It was forced offline, as -OnDrainTimeout Force asks.");
            case DrainTimeoutAction.Force:
                return new SuspendOutcome(now, text);
            default:
                if (now.State != record.StateBefore) await SetStateAsync(balancer, record.ToMember(), record.StateBefore).ConfigureAwait(false);
                await suspensions.RemoveAsync(record, lease, stop).ConfigureAwait(false);
                throw new AppStatusException(ErrorId.DrainTimedOut, $"{text} It is {record.StateBefore} again, as it was.", "Raise -DrainTimeoutSec or -IdleConnections, or choose -OnDrainTimeout Force.", now);
        }
    }

    // It gets traffic because somebody wants it to: neither awaited nor forced, and not suspended any more.
    private async Task<PoolMember> StillOutAsync(SuspendedMember record, PoolMember now)
    {
        if (now.State != TrafficState.Enabled) return now;
        await suspensions.RemoveAsync(record, lease, stop).ConfigureAwait(false);
        throw new AppStatusException(ErrorId.ChangedByOperator, $"{now} was enabled by hand while it was drained, and is left so.", "Ask who enabled it; type Suspend-PoolMember again when it may go out.", now);
    }

    // What was refused has changed nothing, and is not suspended. Where that can't be told, the record stays: a restore finds out.
    private async Task ForgetIfUntouchedAsync(LeasedBalancer balancer, SuspendedMember record)
    {
        try
        {
            PoolMember? now = (await ReadAsync(balancer, record.Pool).ConfigureAwait(false)).FirstOrDefault(record.IsOf);
            if (now is null || now.State == record.StateBefore) await suspensions.RemoveAsync(record, lease, stop).ConfigureAwait(false);
        }
        catch (AppStatusException)
        {
            // The first failure is the one to tell of.
        }
    }

    private Task<IReadOnlyList<PoolMember>> ReadAsync(LeasedBalancer balancer, string pool) =>
        _reads.GetOrAdd(new PoolKey(balancer.Id, pool), _ => new SharedRead(_ => balancer.GetMembersAsync(pool, stop))).JoinAsync(stop);

    private async Task<PoolMember> SetStateAsync(LeasedBalancer balancer, PoolMember member, TrafficState state)
    {
        await Writes.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return await balancer.SetStateAsync(member, state, stop).ConfigureAwait(false);
        }
        finally
        {
            Writes.Release();
        }
    }

    private async Task<PoolMember> FindAsync(LeasedBalancer balancer, PoolMember member) =>
        (await ReadAsync(balancer, member.Pool).ConfigureAwait(false)).FirstOrDefault(candidate => candidate.Name == member.Name) ?? throw new AppStatusException(
            ErrorId.MemberNotFound, $"Pool {member.Pool} has no member {member.Name} (any more). Nothing was changed.", "Read the pool's members again.", member);
}
