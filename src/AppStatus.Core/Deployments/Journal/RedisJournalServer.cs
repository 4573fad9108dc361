using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>The journals that one Redis keeps: what is asked of the server, one question a method.</summary>
internal sealed class RedisJournalServer(RedisClient redis, RedisDurability durability)
{
    private const int PageSize = 500;
    private readonly RedisJournalScripts _scripts = new();

    public TimeProvider Time => redis.Time;

    public string Location(string id) => $"{redis.Endpoint} {RedisKeys.Journal(id)}";

    /// <summary>The ids of all deployments with their starts, the oldest first.</summary>
    /// <exception cref="AppStatusException">It can't be read.</exception>
    public async Task<IReadOnlyList<(string Id, DateTimeOffset Started)>> ListAsync(CancellationToken cancellationToken)
    {
        RedisValue all = await redis.ExecuteAsync(RedisCommand.Of("ZRANGE", RedisKeys.Deployments, 0, -1, "WITHSCORES").Repeatable(), cancellationToken).ConfigureAwait(false);
        var list = new List<(string Id, DateTimeOffset Started)>(all.Items.Count / 2);
        for (int index = 0; index + 1 < all.Items.Count; index += 2)
            list.Add((all.Items[index].Text, DateTimeOffset.FromUnixTimeMilliseconds(all.Items[index + 1].Integer ?? 0)));
        return list;
    }

    /// <summary>Reads a whole journal, with the checks of a file's. It has no torn tail: an append is whole or not there.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.JournalDamaged"/> or <see cref="ErrorId.StoreUnavailable"/>, or the server can't be reached.</exception>
    public async Task<IReadOnlyList<JournalRecord>> ReadAsync(string id, CancellationToken cancellationToken)
    {
        IReadOnlyList<JournalRecord> records = await ReadOnAsync(id, 0, cancellationToken).ConfigureAwait(false);
        return records.Count > 0 ? records : throw RedisJournalFaults.Missing(Location(id));
    }

    /// <summary>Reads what stands behind so many records; nothing where there is nothing, and where there is no such journal.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.JournalDamaged"/> or <see cref="ErrorId.StoreUnavailable"/>, or the server can't be reached.</exception>
    public async Task<IReadOnlyList<JournalRecord>> ReadOnAsync(string id, int before, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        long from = before + 1;
        while (true)
        {
            RedisValue page = await PageAsync(id, from, "+", cancellationToken).ConfigureAwait(false);
            foreach (RedisValue entry in page.Items)
            {
                if (Line(entry, from) is not { } line) throw RedisJournalFaults.Foreign(Location(id), from, from - 1);
                bytes.Write(line, 0, line.Length);
                bytes.WriteByte((byte)'\n');
                from++;
            }

            if (page.Items.Count < PageSize) break;
        }

        return bytes.Length == 0 ? [] : JournalReader.Read(bytes.ToArray(), Location(id), before).Records;
    }

    /// <summary>Reads the first record alone, whatever follows it.</summary>
    /// <exception cref="AppStatusException">As <see cref="ReadAsync"/>.</exception>
    public async Task<JournalRecord> ReadFirstAsync(string id, CancellationToken cancellationToken)
    {
        RedisValue page = await PageAsync(id, 1, "1-0", cancellationToken).ConfigureAwait(false);
        if (page.Items.Count == 0) throw RedisJournalFaults.Missing(Location(id));
        byte[] line = Line(page.Items[0], 1) ?? throw RedisJournalFaults.Foreign(Location(id), 1, 0);
        return JournalReader.Read([.. line, (byte)'\n'], Location(id)).Records[0];
    }

    /// <summary>Whether there is a journal, for who may write one: it takes a right that who only reads has no use for.</summary>
    public async Task<bool> ExistsAsync(string id, CancellationToken cancellationToken) =>
        (await redis.ExecuteAsync(RedisCommand.Of("EXISTS", RedisKeys.Journal(id)).Repeatable(), cancellationToken).ConfigureAwait(false)).Integer == 1;

    /// <exception cref="AppStatusException"><see cref="ErrorId.StoreUnavailable"/> or <see cref="ErrorId.LeaseLost"/>.</exception>
    public async Task OpenAsync(string id, ILease lease, CancellationToken cancellationToken)
    {
        RedisResult result = await redis.TryEvaluateAsync(_scripts.Open, Keys(id, lease), [lease.Token], safeToRepeat: true, cancellationToken).ConfigureAwait(false);
        if (result.Fault is { } fault) throw RedisJournalFaults.Unavailable(Location(id), fault, doubt: false);
        long number = result.Reply!.Items[1].Integer ?? 0;
        switch (result.Reply.Items[0].Text)
        {
            case "missing": throw RedisJournalFaults.Missing(Location(id));
            case "fenced": throw RedisJournalFaults.Fenced(Location(id), lease, number);
            case "older": throw RedisJournalFaults.LostData(Location(id), $"it knows token {number}, and had given out {lease.Token}");
        }
    }

    /// <param name="last">The number of the last record before these.</param>
    /// <param name="created">For the first lines of a new journal: when it starts.</param>
    /// <returns>What the script answered, and whether it is as safe as this server can make it.</returns>
    public async Task<(RedisResult Result, bool OnDisk)> AppendAsync(
        string id, ILease lease, long last, IReadOnlyList<byte[]> lines, DateTimeOffset? created, CancellationToken cancellationToken)
    {
        var arguments = new List<RedisArgument>(lines.Count + 4) { lease.Token, last, created?.ToUnixTimeMilliseconds() ?? 0 };
        foreach (byte[] line in lines) arguments.Add(line);
        if (created is not null) arguments.Add(id);
        return await RunAsync(created is null ? _scripts.Append : _scripts.Create, Keys(id, lease), arguments, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes sure that what was found there is on the disk, too.</summary>
    public async Task<bool> ConfirmAsync(string id, ILease lease, CancellationToken cancellationToken)
    {
        if (!durability.WaitsForDisk) return true;
        (RedisResult result, bool onDisk) = await RunAsync(_scripts.Confirm, Keys(id, lease), [lease.Token], cancellationToken).ConfigureAwait(false);
        return result.Fault is null && onDisk;
    }

    /// <summary>True when the records behind the given one are just these lines.</summary>
    public async Task<bool> HoldsAsync(string id, long last, IReadOnlyList<byte[]> lines, CancellationToken cancellationToken)
    {
        for (int index = 0; index < lines.Count; index++)
        {
            long number = last + 1 + index;
            RedisValue page = await PageAsync(id, number, $"{number}-0", cancellationToken).ConfigureAwait(false);
            if (page.Items.Count != 1 || Line(page.Items[0], number) is not { } line || !line.AsSpan().SequenceEqual(lines[index])) return false;
        }

        return true;
    }

    private async Task<(RedisResult Result, bool OnDisk)> RunAsync(
        RedisScript script, IReadOnlyList<string> keys, IReadOnlyList<RedisArgument> arguments, CancellationToken cancellationToken)
    {
        bool onDisk = !durability.WaitsForDisk;
        RedisResult result = await redis.TryRunAsync(
            async connection =>
            {
                RedisResult ran = await RedisClient.EvaluateAsync(connection, script, keys, arguments, cancellationToken).ConfigureAwait(false);
                if (onDisk || ran.Fault is not null) return ran;

                // It waits for what this very connection wrote. 0: for as long as the connection's own limit lets it.
                RedisResult waited = await connection.ExecuteAsync(RedisCommand.Of("WAITAOF", 1, 0, 0), cancellationToken).ConfigureAwait(false);
                onDisk = waited.Reply is { Items.Count: 2 } synced && synced.Items[0].Integer >= 1;
                return ran;
            },
            "EVALSHA", safeToRepeat: false, cancellationToken).ConfigureAwait(false);
        return (result, onDisk);
    }

    private Task<RedisValue> PageAsync(string id, long from, string to, CancellationToken cancellationToken) =>
        redis.ExecuteAsync(RedisCommand.Of("XRANGE", RedisKeys.Journal(id), $"{from}-0", to, "COUNT", PageSize).Repeatable(), cancellationToken);

    /// <summary>The line in a stream's entry, which is {id, {name, value}}; null where it is another entry.</summary>
    private static byte[]? Line(RedisValue entry, long number) =>
        entry.Items.Count == 2 && entry.Items[1].Items.Count == 2 && entry.Items[0].Text == FormattableString.Invariant($"{number}-0") ? entry.Items[1].Items[1].Bytes : null;

    private static string[] Keys(string id, ILease lease) =>
        [RedisKeys.Journal(id), RedisKeys.Deployments, .. lease.Keys.Select(RedisKeys.Fence), RedisKeys.JournalFence(id)];
}
