using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>An entry that was taken out of the list, as it is kept in the key beside it until it goes back.</summary>
/// <param name="Place">Its turn in the whole round, counted from 0 with those that are taken out.</param>
/// <param name="State">Why it is out.</param>
/// <param name="Entry">The entry itself, letter by letter.</param>
internal sealed record RemovedEntry(int Place, TrafficState State, string Entry)
{
    public static RemovedEntry Of(TableSlot slot, int place) => new(place, slot.State, Encoding.UTF8.GetString(slot.Bytes));

    public TableSlot ToSlot()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Entry);
        return new TableSlot(bytes, TableEntry.Read(bytes), State);
    }
}

/// <summary>The value of the key beside the list.</summary>
/// <param name="About">For whoever finds it in the Redis.</param>
internal sealed record RemovedEntries(string About, IReadOnlyList<RemovedEntry> Removed)
{
    private const string Explanation = "Entries that AppStatus took out of this routing table. They go back with Set-PoolMember -State Enabled, and this key with the last of them.";

    /// <returns>Empty where nothing is taken out.</returns>
    public static byte[] Write(IReadOnlyList<RemovedEntry> removed) =>
        removed.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(new RemovedEntries(Explanation, removed), RedisTableJson.Default.RemovedEntries);

    /// <param name="bytes">Empty for none.</param>
    /// <param name="key">For the message.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotARoutingTable"/>: it is nothing of ours.</exception>
    public static IReadOnlyList<RemovedEntry> Read(byte[] bytes, string key)
    {
        if (bytes.Length == 0) return [];
        try
        {
            if (JsonSerializer.Deserialize(bytes, RedisTableJson.Default.RemovedEntries) is { Removed: { } removed } && removed.All(IsWhole)) return removed;
        }
        catch (JsonException)
        {
            // The same as what can be read and is something else.
        }

        throw new AppStatusException(ErrorId.NotARoutingTable,
            $"The key '{SafeText.Condensed(key)}', where the entries are kept that were taken out, holds something else. Nothing was changed.",
            "Look what writes it ('redis-cli get'); rename or delete it when no entry of the table is in it.", key);
    }

    private static bool IsWhole(RemovedEntry? entry) =>
        entry is { Place: >= 0, State: TrafficState.Draining or TrafficState.Offline, Entry: not null } && entry.ToSlot().Entry is not null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RemovedEntries))]
internal sealed partial class RedisTableJson : JsonSerializerContext;
