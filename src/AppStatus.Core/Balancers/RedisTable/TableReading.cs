using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>What stood in the Redis at one moment.</summary>
/// <param name="Kind">The type of the value where the list should be, <c>none</c> for nothing.</param>
/// <param name="KeptKind">The type of the value beside it.</param>
/// <param name="Kept">What was taken out, as it is written; empty for nothing.</param>
internal sealed record TableReading(string Kind, string KeptKind, IReadOnlyList<byte[]> List, byte[] Kept)
{
    /// <param name="items">A script's answer; the reading begins at <paramref name="from"/>.</param>
    /// <returns>Null where it is no such answer.</returns>
    public static TableReading? Of(IReadOnlyList<RedisValue> items, int from) => items.Count == from + 4
        ? new TableReading(items[from].Text, items[from + 1].Text, [.. items[from + 2].Items.Select(item => item.Bytes)], items[from + 3].Bytes)
        : null;

    /// <summary>As the script that swaps computes it of what it finds.</summary>
    public string Digest()
    {
        using var bytes = new MemoryStream();
        Add($"{Kind} {KeptKind}");
        foreach (byte[] entry in List)
        {
            Add(FormattableString.Invariant($" {entry.Length}:"));
            bytes.Write(entry, 0, entry.Length);
        }

        Add("|");
        bytes.Write(Kept, 0, Kept.Length);
#pragma warning disable CA5350 // It is what Lua has in Redis; it tells versions apart, and secures nothing.
        using var sha1 = SHA1.Create();
#pragma warning restore CA5350
        return string.Concat(sha1.ComputeHash(bytes.ToArray()).Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));

        void Add(string text)
        {
            byte[] ascii = Encoding.ASCII.GetBytes(text);
            bytes.Write(ascii, 0, ascii.Length);
        }
    }

    /// <summary>The routing table, where it is one.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.PoolNotFound"/>; <see cref="ErrorId.NotARoutingTable"/>.</exception>
    public RoutingTable ToTable(RedisTableKeys keys, RedisEndpoint endpoint)
    {
        string name = SafeText.Condensed(keys.List);
        if (Kind is not ("list" or "none")) throw Refused($"it is a {SafeText.Condensed(Kind)}");
        if (KeptKind is not ("string" or "none"))
            throw new AppStatusException(ErrorId.NotARoutingTable, $"The key '{SafeText.Condensed(keys.Kept)}' at {endpoint}, where AppStatus keeps what it takes out of '{name}', is a {SafeText.Condensed(KeptKind)} of something else. Nothing was changed.", "Look what writes it, and rename it there.", keys.List);

        IReadOnlyList<RemovedEntry> removed = RemovedEntries.Read(Kept, keys.Kept);
        if (Kind == "none" && removed.Count == 0)
            throw new AppStatusException(ErrorId.PoolNotFound, $"{endpoint} has no key '{name}'. Nothing was changed.", "Look for the right one, such as with 'redis-cli --scan'; keys are case-sensitive, and each database has its own. A table whose last entry is gone has no key either: "
                + $"put one back first, such as with: redis-cli rpush {name} '{{\"name\":\"web01\",\"url\":\"http://10.1.1.1:8080/\"}}'", keys.List);

        var table = RoutingTable.Of(List, removed);
        return table.Members.Count > 0 ? table : throw Refused("none of its entries is");

        AppStatusException Refused(string why) => new(ErrorId.NotARoutingTable,
            $"The key '{name}' at {endpoint} holds no list of entries such as {{\"name\":\"web01\",\"url\":\"http://10.1.1.1:8080/\"}}: {why}. It was not touched.", "Name the key that the proxy reads with -Key.", keys.List);
    }
}
