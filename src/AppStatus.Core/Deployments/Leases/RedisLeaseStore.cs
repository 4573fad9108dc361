using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>
/// Leases in a Redis, each a key that expires and is renewed. All keys of a lease are taken in one script, with one token.
/// A Redis that fails over can give a lease out twice: the token, which the journal checks, and the reading back of each write are what protects then.
/// </summary>
internal sealed class RedisLeaseStore(RedisClient redis, TimeSpan term) : ILeaseStore
{
    /// <summary>How long a pool stays locked after its holder has died. A longer one rides out longer absences of the Redis.</summary>
    public static TimeSpan DefaultTerm => TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private readonly RedisLeaseScripts _scripts = new();
    private readonly TimeProvider _time = redis.Time;

    public async Task<ILease> AcquireAsync(IReadOnlyCollection<string> keys, LeaseHolder holder, TimeSpan wait, CancellationToken cancellationToken)
    {
        string[] sorted = keys.Distinct(StringComparer.Ordinal).OrderBy(key => key, StringComparer.Ordinal).ToArray();
        if (sorted.Length == 0) throw new ArgumentException("A lease covers one key at least.", nameof(keys));

        var record = new LeaseRecord(holder with { Since = _time.GetUtcNow() }, Guid.NewGuid().ToString("N"));
        byte[] value = LeaseRecords.Write(record);
        string[] names = [RedisKeys.Tokens, .. sorted.SelectMany(key => new[] { RedisKeys.Lease(key), RedisKeys.LastHolder(key), RedisKeys.Fence(key) })];
        RedisArgument[] arguments = [value, (long)term.TotalMilliseconds];
        long start = _time.GetTimestamp();
        bool looked = false;
        while (true)
        {
            long sentAt = _time.GetTimestamp();
            RedisValue answer = await TryAsync(sorted, record, names, arguments, cancellationToken).ConfigureAwait(false);
            if (answer.Items.Count >= 2 && answer.Items[0].Integer == 1 && answer.Items[1].Integer is { } token)
                return new RedisLease(redis, _scripts, sorted, record with { Token = token }, value, Before(answer), new LeaseTerm(term, _time), term, sentAt);
            if (answer.Items.Count < 5 || answer.Items[1].Integer is not { } number)
                throw new AppStatusException(ErrorId.InvalidResponse, $"{redis.Endpoint} gave no answer that a lease can be read from.", "Look whether another program uses the keys 'appstatus:*'.", redis.Endpoint.ToString());

            TimeSpan waited = _time.GetElapsedTime(start);
            TimeSpan left = TimeSpan.FromMilliseconds(Math.Max(0, answer.Items[3].Integer ?? 0));
            LeaseHolder? other = HolderOf(answer.Items[2], answer.Items[4]);
            // Between taking a lease and writing down what for lies a moment: it is given one more look.
            bool named = other is { DeploymentId.Length: > 0 };
            if (waited >= wait && (named || looked)) throw LeaseFaults.Locked(sorted[number - 1], other, left, waited);
            looked = waited >= wait;
            TimeSpan pause = !looked && wait - waited < RetryDelay ? wait - waited : RetryDelay;
            await _time.DelayAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<LeaseHolder?> FindHolderAsync(string key, CancellationToken cancellationToken)
    {
        RedisValue both = await redis.ExecuteAsync(RedisCommand.Of("MGET", RedisKeys.Lease(key), RedisKeys.LastHolder(key)).Repeatable(), cancellationToken).ConfigureAwait(false);
        return both.Items.Count == 2 ? HolderOf(both.Items[0], both.Items[1]) : null;
    }

    // The lease's own value stays as it was acquired; beside it stands what its holder came to use it for.
    private static LeaseHolder? HolderOf(RedisValue lease, RedisValue last)
    {
        LeaseRecord? held = lease.IsNull ? null : LeaseRecords.Read(lease.Bytes);
        LeaseRecord? named = held is null || last.IsNull ? null : LeaseRecords.Read(last.Bytes);
        return named is not null && named.Nonce == held!.Nonce ? named.Holder : held?.Holder;
    }

    private async Task<RedisValue> TryAsync(string[] keys, LeaseRecord record, string[] names, RedisArgument[] arguments, CancellationToken cancellationToken)
    {
        RedisResult result;
        try
        {
            result = await redis.TryEvaluateAsync(_scripts.Acquire, names, arguments, safeToRepeat: true, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await GiveBackAsync().ConfigureAwait(false);
            throw;
        }

        if (result.Effect == CommandEffect.Unknown) await GiveBackAsync().ConfigureAwait(false);
        return result.Value(redis.Endpoint);

        // It may have been given all the same, and would lock the pool for its whole term.
        Task GiveBackAsync() => RedisLease.ReleaseAsync(redis, _scripts, keys, LeaseRecords.Write(record), record);
    }

    private static LeaseHolder? Before(RedisValue answer) =>
        answer.Items.Skip(2).Select(item => LeaseRecords.Read(item.Bytes)).FirstOrDefault(record => record is { Released: false })?.Holder;
}
