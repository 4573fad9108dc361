using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>The Redis of one routing table: what is asked of it, each in one round trip, and tried again while it restarts.</summary>
internal sealed class RedisTableServer(RedisClient redis, RedisTableKeys keys, TimeSpan restartGrace) : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private readonly RedisTableScripts _scripts = new();

    public RedisEndpoint Endpoint => redis.Endpoint;

    public Task<TableReading> ReadAsync(CancellationToken cancellationToken) => ReadAsync(restartGrace, cancellationToken);

    /// <summary>Without patience: what can't be reached is most likely a wrong address.</summary>
    public Task<TableReading> ReadAtOnceAsync(CancellationToken cancellationToken) => ReadAsync(TimeSpan.Zero, cancellationToken);

    /// <summary>Puts another table in the place of the one that was read, unless somebody has changed that in the meantime.</summary>
    /// <returns>Null when it is done; else what stands there now. After a lost answer that may be the very change.</returns>
    public async Task<TableReading?> SwapAsync(TableReading from, RoutingTable to, CancellationToken cancellationToken)
    {
        RedisArgument[] arguments = [from.Digest(), RemovedEntries.Write(to.Removed), .. to.List.Select(entry => (RedisArgument)entry)];
        RedisValue answer = await RunAsync(_scripts.Swap, arguments, restartGrace, cancellationToken).ConfigureAwait(false);
        return answer.Items.Count == 1 ? null : TableReading.Of(answer.Items, 1) ?? throw NotUnderstood();
    }

    /// <exception cref="AppStatusException"><see cref="ErrorId.AccessDenied"/>, or <see cref="ErrorId.RedisRefused"/> for a replica.</exception>
    public async Task CheckWritableAsync(CancellationToken cancellationToken)
    {
        RedisValue refused = await RunAsync(_scripts.Check, [], restartGrace, cancellationToken).ConfigureAwait(false);
        if (refused.Items.Count > 0) throw new AppStatusException(Denied($"'{string.Join("', '", refused.Items.Select(item => item.Text))}'"), redis.Endpoint.ToString());
    }

    public void Dispose() => redis.Dispose();

    private async Task<TableReading> ReadAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        RedisValue answer = await RunAsync(_scripts.Read, [], patience, cancellationToken).ConfigureAwait(false);
        return TableReading.Of(answer.Items, 0) ?? throw NotUnderstood();
    }

    private async Task<RedisValue> RunAsync(RedisScript script, IReadOnlyList<RedisArgument> arguments, TimeSpan patience, CancellationToken cancellationToken)
    {
        long start = redis.Time.GetTimestamp();
        while (true)
        {
            // Twice is the same as once: what was changed already is not what the change was made from any more.
            RedisResult result = await redis.TryEvaluateAsync(script, [keys.List, keys.Kept], arguments, safeToRepeat: true, cancellationToken).ConfigureAwait(false);
            if (result.Fault is not { } fault) return result.Reply!;
            if (!Passes(result) || redis.Time.GetElapsedTime(start) >= patience)
                throw new AppStatusException(IsDenied(result) ? Denied(SafeText.Condensed(result.Reply?.Text ?? fault.Message)) : fault, redis.Endpoint.ToString());
            await redis.Time.DelayAsync(RetryDelay, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A restart: nobody listens, the connection ends, or it still loads.</summary>
    private static bool Passes(RedisResult result) =>
        result.Fault!.Id is ErrorId.Unreachable or ErrorId.ConnectionClosed || (result.Reply is { Kind: RedisKind.Error } error && error.Text.StartsWith("LOADING", StringComparison.Ordinal));

    // What a script may not do, Redis 7 says in words of its own, without its code for that.
    private static bool IsDenied(RedisResult result) =>
        result.Fault!.Id == ErrorId.AccessDenied || result.Reply?.Text.IndexOf("The user executing the script can't", StringComparison.Ordinal) >= 0;

    private Fault Denied(string what) => new(ErrorId.AccessDenied, $"{redis.Endpoint} does not let this user change the routing table '{SafeText.Condensed(keys.List)}': {what}. Nothing was changed.",
        $"Give it the rights: ACL SETUSER … ~{keys.List} ~{keys.Kept} +eval +evalsha +type +lrange +get +ltrim +rpush +set +del +select");

    private AppStatusException NotUnderstood() => new(
        ErrorId.InvalidResponse, $"{redis.Endpoint} gave no answer that a routing table can be read from.", "Check that a Redis answers there, and no proxy that rewrites scripts.", redis.Endpoint.ToString());
}
