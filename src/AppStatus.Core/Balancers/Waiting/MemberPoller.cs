using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Waiting;

/// <summary>
/// Reads members again and again until they have been right so many times in a row, or the time is up. However many are
/// waited for, a pool is read once for all of them.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="stop">Ends the readings themselves: a wait that ends early leaves its reading to the others.</param>
internal sealed class MemberPoller(TimeProvider time, CancellationToken stop)
{
    private readonly Dictionary<PoolKey, SharedRead> _reads = [];
    private readonly long _started = time.GetTimestamp();

    /// <summary>On the machine's clock.</summary>
    public MemberPoller(CancellationToken stop)
        : this(TimeProvider.System, stop)
    {
    }

    /// <param name="balancer">Reads the member's pool.</param>
    /// <param name="member">Who is waited for; nothing but its pool and name counts.</param>
    /// <param name="condition">What it shall be.</param>
    /// <param name="options">How long, how often.</param>
    /// <param name="onReading">Told of each reading and how many were right in a row.</param>
    /// <param name="cancellationToken">Ends the wait with an exception.</param>
    /// <exception cref="AppStatusException">What no waiting mends: the member or its pool is gone, the session has ended, the user may not read.</exception>
    public async Task<MemberWaitResult> WaitAsync(
        IBalancer balancer, PoolMember member, MemberCondition condition, MemberWaitOptions options, Action<PoolMember, int> onReading, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        // The deadline cuts off a reading under way, too: a balancer that hangs must not stretch the wait.
        using CancellationTokenSource deadline = time.CreateCancellationTokenSource(options.Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        PoolMember? last = null;
        Fault? fault = null;
        int inARow = 0;
        try
        {
            while (true)
            {
                try
                {
                    last = await ReadAsync(balancer, member, either.Token).ConfigureAwait(false);
                    fault = null;
                    inARow = condition.IsMetBy(last) ? inARow + 1 : 0;
                    onReading(last, inARow);
                    if (inARow >= options.Consecutive)
                    {
                        // After a failover the counts are those of a unit that carries nothing.
                        if (condition.IdleConnections is not null) await balancer.RequireActiveAsync(either.Token).ConfigureAwait(false);
                        return Result(reached: true);
                    }
                }
                catch (AppStatusException exception) when (Passes(exception.Id))
                {
                    fault = exception.Fault;
                    inARow = 0;
                }

                await time.DelayAsync(UntilNext(options.Interval), either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsCancellationRequested)
        {
            return Result(reached: false);
        }

        MemberWaitResult Result(bool reached) => new(reached, last, fault, time.GetElapsedTime(started));
    }

    /// <summary>
    /// To the next beat that is at least half an interval away. Waits that began one after the other come into step by that,
    /// and share their readings from then on.
    /// </summary>
    private TimeSpan UntilNext(TimeSpan interval)
    {
        long now = time.GetElapsedTime(_started).Ticks;
        long beat = (now + (interval.Ticks / 2) + interval.Ticks - 1) / interval.Ticks;
        return TimeSpan.FromTicks((beat * interval.Ticks) - now);
    }

    private async Task<PoolMember> ReadAsync(IBalancer balancer, PoolMember member, CancellationToken cancellationToken)
    {
        var key = new PoolKey(balancer.Id, member.Pool);
        SharedRead? read;
        lock (_reads)
        {
            if (!_reads.TryGetValue(key, out read)) _reads[key] = read = new SharedRead(_ => balancer.GetMembersAsync(member.Pool, stop));
        }

        IReadOnlyList<PoolMember> members = await read.JoinAsync(cancellationToken).ConfigureAwait(false);
        return members.FirstOrDefault(candidate => candidate.Name == member.Name) ?? throw new AppStatusException(
            ErrorId.MemberNotFound, $"Pool {member.Pool} has no member {member.Name} (any more).", "Read the pool's members again.", member);
    }

    /// <summary>A restart or a bad moment of the balancer or the network.</summary>
    private static bool Passes(ErrorId id) => id is ErrorId.Unreachable or ErrorId.TimedOut or ErrorId.ConnectionClosed or ErrorId.HttpError or ErrorId.InvalidResponse;
}
