using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Flags;

/// <summary>
/// The flags in a Redis, each a plain key that any application can read. A write is made from what was read, and only while that
/// still stands: what is no flag is never overwritten, whoever comes in between.
/// </summary>
internal sealed class FlagStore : IDisposable
{
    /// <summary>Each time one of the rivals gets through, so this is the number of rivals, not of tries.</summary>
    private const int MaxSwaps = 500;

    private const int ScanCount = 500;
    private const int KeysAtOnce = 200;

    private readonly RedisClient _redis;
    private readonly TimeSpan _limit;

    /// <param name="options">CommandTimeout is how long each operation here may take in all.</param>
    public FlagStore(RedisOptions options, TimeProvider time)
    {
        _redis = new RedisClient(options, time);
        _limit = options.CommandTimeout;
    }

    public RedisEndpoint Endpoint => _redis.Endpoint;

    /// <summary>On the machine's clock. Nothing is connected before the first operation.</summary>
    public static FlagStore Open(RedisOptions options) => new(options, TimeProvider.System);

    /// <exception cref="AppStatusException">FlagNotFound, NotAFlag; Unreachable, TimedOut, CertificateUntrusted, ConnectionClosed, AuthenticationFailed, AccessDenied, RedisRefused.</exception>
    public Task<FeatureFlag> GetAsync(FlagKey flag, CancellationToken cancellationToken) =>
        WithinAsync(flag.Key, flag.Name, () => "Nothing was changed.", async stop =>
        {
            FlagReading reading = await ReadAsync(flag, stop).ConfigureAwait(false);
            return Describe(flag, Require(flag, reading, FlagPurpose.Read)!.Value, reading);
        }, cancellationToken);

    /// <summary>Writes a flag and reads it back.</summary>
    /// <param name="create">Whether it may be a new one.</param>
    /// <exception cref="AppStatusException">As of <see cref="GetAsync"/>, and WriteNotConfirmed: somebody else wrote it right after.</exception>
    public Task<FeatureFlag> SetAsync(FlagKey flag, FlagValue value, bool create, CancellationToken cancellationToken) =>
        ChangeAsync(flag, value, create ? FlagPurpose.Create : FlagPurpose.Set, async stop =>
        {
            FlagReading now = await ReadAsync(flag, stop).ConfigureAwait(false);
            return now.Value is { } seen && seen == value ? Describe(flag, seen, now) : throw FlagFaults.NotConfirmed(flag, Endpoint, value, now);
        }, cancellationToken);

    /// <summary>Removes a flag; what is none stays.</summary>
    /// <exception cref="AppStatusException">As of <see cref="GetAsync"/>.</exception>
    public Task RemoveAsync(FlagKey flag, CancellationToken cancellationToken) =>
        ChangeAsync(flag, value: null, FlagPurpose.Remove, _ => Task.FromResult(true), cancellationToken);

    /// <summary>Goes through the keys with a prefix page by page, each page within the time limit, and tells each flag once.</summary>
    /// <param name="isMeant">By the name, without the prefix.</param>
    /// <returns>How many keys of such names hold no flag.</returns>
    /// <exception cref="AppStatusException">As of <see cref="GetAsync"/>, without FlagNotFound and NotAFlag.</exception>
    public async Task<int> ListAsync(string prefix, Func<string, bool> isMeant, Action<FeatureFlag> found, CancellationToken cancellationToken)
    {
        // Redis may name a key twice while it grows or shrinks its table.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string cursor = "0";
        int others = 0;
        do
        {
            (cursor, IReadOnlyList<string> keys) = await WithinAsync(prefix + "*", prefix, () => "The list is not whole.", stop => ScanAsync(cursor, prefix, stop), cancellationToken).ConfigureAwait(false);
            List<FlagKey> flags = [.. keys.Where(seen.Add).Select(key => new FlagKey(prefix, key.Substring(prefix.Length))).Where(flag => FlagKey.IsName(flag.Name) && isMeant(flag.Name))];
            for (int first = 0; first < flags.Count; first += KeysAtOnce)
            {
                List<FlagKey> some = flags.GetRange(first, Math.Min(KeysAtOnce, flags.Count - first));
                IReadOnlyList<RedisValue> values = await WithinAsync(prefix + "*", prefix, () => "The list is not whole.", stop => ReadManyAsync(some, stop), cancellationToken).ConfigureAwait(false);
                for (int i = 0; i < some.Count; i++)
                {
                    FlagReading reading = FlagReading.Of(values[i]);
                    if (reading.Value is { } value) found(Describe(some[i], value, reading));
                    else others++;
                }
            }
        }
        while (cursor != "0");
        return others;
    }

    public void Dispose() => _redis.Dispose();

    /// <summary>Makes the change from what stands there, until nobody has come in between.</summary>
    /// <param name="value">Null: the key goes.</param>
    private Task<T> ChangeAsync<T>(FlagKey flag, FlagValue? value, FlagPurpose purpose, Func<CancellationToken, Task<T>> then, CancellationToken cancellationToken)
    {
        bool sent = false;
        return WithinAsync(flag.Key, flag.Name, () => sent ? "Whether the flag was changed is not known: Get-FeatureFlag shows it." : "Nothing was changed.", async stop =>
        {
            FlagReading reading = await ReadAsync(flag, stop).ConfigureAwait(false);
            for (int swap = 0; swap < MaxSwaps; swap++)
            {
                Require(flag, reading, purpose);
                sent = true;
                if (await SwapAsync(flag, reading, value?.Text ?? "", stop).ConfigureAwait(false) is not { } other) return await then(stop).ConfigureAwait(false);
                sent = false;
                reading = other;
            }

            throw FlagFaults.Contended(flag, Endpoint, MaxSwaps);
        }, cancellationToken);
    }

    /// <summary>What has come in between; null when the change was made.</summary>
    private async Task<FlagReading?> SwapAsync(FlagKey flag, FlagReading from, string to, CancellationToken cancellationToken)
    {
        // Setting twice is the same as once; who removes twice would be told that there was no such flag.
        RedisResult result = await _redis.TryEvaluateAsync(FlagScripts.Swap, [flag.Key], [from.Kind, from.Bytes, to], safeToRepeat: to.Length > 0, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<RedisValue> answer = result.Value(Endpoint).Items;
        return answer[0].Integer == 1 ? null : new FlagReading(answer[1].Text, answer[2].Bytes);
    }

    private async Task<FlagReading> ReadAsync(FlagKey flag, CancellationToken cancellationToken)
    {
        RedisResult result = await _redis.TryExecuteAsync(RedisCommand.Of("GET", flag.Key).Repeatable(), cancellationToken).ConfigureAwait(false);
        return result.Reply is { Kind: RedisKind.Error } error && error.Text.StartsWith("WRONGTYPE", StringComparison.Ordinal)
            ? new FlagReading("list, set, hash or the like", [])
            : FlagReading.Of(result.Value(Endpoint));
    }

    private async Task<(string Cursor, IReadOnlyList<string> Keys)> ScanAsync(string cursor, string prefix, CancellationToken cancellationToken)
    {
        RedisValue page = await _redis.ExecuteAsync(RedisCommand.Of("SCAN", cursor, "MATCH", Literally(prefix) + "*", "COUNT", ScanCount).Repeatable(), cancellationToken).ConfigureAwait(false);
        return (page.Items[0].Text, [.. page.Items[1].Items.Select(key => key.Text).Where(key => key.StartsWith(prefix, StringComparison.Ordinal))]);
    }

    private async Task<IReadOnlyList<RedisValue>> ReadManyAsync(IEnumerable<FlagKey> flags, CancellationToken cancellationToken) =>
        (await _redis.ExecuteAsync(RedisCommand.Of("MGET", [.. flags.Select(flag => (RedisArgument)flag.Key)]).Repeatable(), cancellationToken).ConfigureAwait(false)).Items;

    /// <returns>The flag's value; null where it is a new one.</returns>
    private FlagValue? Require(FlagKey flag, FlagReading reading, FlagPurpose purpose)
    {
        if (reading.IsMissing) return purpose == FlagPurpose.Create ? null : throw FlagFaults.NotFound(flag, Endpoint, purpose);
        return reading.Value ?? throw FlagFaults.NotAFlag(flag, Endpoint, reading);
    }

    private FeatureFlag Describe(FlagKey flag, FlagValue value, FlagReading reading) => new()
    {
        Name = flag.Name,
        KeyPrefix = flag.Prefix,
        Enabled = value.IsOnForAll,
        Percentage = value.Percentage,
        Value = RedisValue.Bulk(reading.Bytes).Text.Trim(),
        Redis = Endpoint.ToString(),
    };

    /// <summary>One time limit over connecting, asking, and asking again.</summary>
    private async Task<T> WithinAsync<T>(string keys, object target, Func<string> state, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = _redis.Time.CreateCancellationTokenSource(_limit);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await work(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw FlagFaults.TimedOut(Endpoint, _limit, state(), target);
        }
        catch (AppStatusException e) when (e.Id == ErrorId.TimedOut)
        {
            // The connection's own clock may be the first of the two to ring.
            throw FlagFaults.TimedOut(Endpoint, _limit, state(), target);
        }
        catch (AppStatusException e) when (e.Target is not string name || name != target as string)
        {
            throw FlagFaults.About(e, keys, target);
        }
    }

    /// <summary>A pattern of Redis that means this text and nothing else.</summary>
    private static string Literally(string text) => string.Concat(text.Select(c => c is '*' or '?' or '[' or ']' or '\\' or '^' or '-' ? $"\\{c}" : c.ToString()));
}
