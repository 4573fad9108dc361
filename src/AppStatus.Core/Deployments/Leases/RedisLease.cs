using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>Renewed at a third of its term until it is disposed, or until it can't be ours any more.</summary>
internal sealed class RedisLease : ILease
{
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(3);
    private readonly RedisClient _redis;
    private readonly RedisLeaseScripts _scripts;
    private LeaseRecord _record;
    private readonly byte[] _value;
    private readonly LeaseTerm _term;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _released = new();
    private readonly ITimer _expiry;
    private readonly Task _renewing;
    private int _disposed;

    /// <param name="record">With its token, which <paramref name="value"/>, the record as it stands in Redis, can't have.</param>
    /// <param name="sentAt">The timestamp from before the acquisition was sent.</param>
    public RedisLease(
        RedisClient redis, RedisLeaseScripts scripts, IReadOnlyList<string> keys, LeaseRecord record, byte[] value, LeaseHolder? before, LeaseTerm term, TimeSpan duration, long sentAt)
    {
        _redis = redis;
        _scripts = scripts;
        Keys = keys;
        _record = record;
        _value = value;
        TakenOverFrom = before;
        _term = term;
        _duration = duration;
        _time = redis.Time;
        term.Renew(sentAt);
        _expiry = _time.CreateTimer(static lease => ((RedisLease)lease!).Expire(), this, Positive(term.Left), Timeout.InfiniteTimeSpan);
        _renewing = RenewAsync();
    }

    public IReadOnlyList<string> Keys { get; }

    public long Token => _record.Token;

    public LeaseHolder Holder => _record.Holder;

    public LeaseHolder? TakenOverFrom { get; }

    public CancellationToken Lost => _lost.Token;

    public bool IsValidFor(TimeSpan duration) => _term.IsValidFor(duration);

    public async Task NameAsync(string deploymentId, CancellationToken cancellationToken)
    {
        LeaseRecord named = _record with { Holder = _record.Holder with { DeploymentId = deploymentId } };
        RedisResult result = await _redis.TryEvaluateAsync(_scripts.Name, NamesWithLast(Keys), [_value, LeaseRecords.Write(named)], safeToRepeat: true, cancellationToken).ConfigureAwait(false);
        _ = result.Value(_redis.Endpoint);
        _record = named;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _term.End();
        _expiry.Dispose();
        _released.Cancel();
        await _renewing.ConfigureAwait(false);
        await ReleaseAsync(_redis, _scripts, Keys, _value, _record).ConfigureAwait(false);
    }

    /// <summary>Gives it back if it is ours still; where that fails, it ends by itself.</summary>
    /// <param name="value">The record as it stands in Redis.</param>
    public static async Task ReleaseAsync(RedisClient redis, RedisLeaseScripts scripts, IReadOnlyList<string> keys, byte[] value, LeaseRecord record)
    {
        using CancellationTokenSource limit = redis.Time.CreateCancellationTokenSource(ReleasePatience);
        try
        {
            await redis.TryEvaluateAsync(
                scripts.Release, NamesWithLast(keys), [value, LeaseRecords.Write(record with { Released = true })], safeToRepeat: true, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The Redis is away; the key there expires.
        }
    }

    private async Task RenewAsync()
    {
        string[] names = Keys.Select(RedisKeys.Lease).ToArray();
        RedisArgument[] arguments = [_value, (long)_duration.TotalMilliseconds];
        TimeSpan third = TimeSpan.FromTicks(_duration.Ticks / 3);
        TimeSpan soon = TimeSpan.FromTicks(_duration.Ticks / 30);
        TimeSpan pause = third;
        try
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(_released.Token, _lost.Token);
            while (true)
            {
                await _time.DelayAsync(pause, stop.Token).ConfigureAwait(false);
                long sentAt = _time.GetTimestamp();
                RedisResult result = await _redis.TryEvaluateAsync(_scripts.Renew, names, arguments, safeToRepeat: true, stop.Token).ConfigureAwait(false);
                if (result.Reply?.Integer == 0)
                {
                    Lose();
                    return;
                }

                bool renewed = result.Reply?.Integer == 1;
                if (renewed) Renew(sentAt);
                pause = renewed ? third : soon;
            }
        }
        catch (OperationCanceledException)
        {
            // Released, or lost.
        }
    }

    private void Renew(long sentAt)
    {
        // What had run out before the answer came stays lost, whatever the answer says: its holder has been told.
        if (_lost.IsCancellationRequested || _term.Left <= TimeSpan.Zero) return;
        _term.Renew(sentAt);
        _expiry.Change(Positive(_term.Left), Timeout.InfiniteTimeSpan);
    }

    private void Expire()
    {
        // A timer may fire early by the resolution of its clock, or lie behind a renewal.
        if (Volatile.Read(ref _disposed) != 0) return;
        TimeSpan left = _term.Left;
        if (left <= TimeSpan.Zero) Lose();
        else _expiry.Change(Positive(left), Timeout.InfiniteTimeSpan);
    }

    private void Lose()
    {
        _term.End();
        if (Volatile.Read(ref _disposed) == 0) _lost.Cancel();
    }

    private static string[] NamesWithLast(IEnumerable<string> keys) => keys.SelectMany(key => new[] { RedisKeys.Lease(key), RedisKeys.LastHolder(key) }).ToArray();

    private static TimeSpan Positive(TimeSpan left) => left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1);
}
