using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>Tells a torn tail, which a crash leaves, from damage, which nothing of ours does.</summary>
internal static class JournalReader
{
    public static (IReadOnlyList<JournalRecord> Records, bool TornTail) Read(ReadOnlySpan<byte> bytes, string location)
    {
        var records = new List<JournalRecord>();
        while (!bytes.IsEmpty)
        {
            int newline = bytes.IndexOf((byte)'\n');
            if (newline < 0) return (records, TornTail: true);

            JournalRecord? record = TryRead(bytes.Slice(0, newline));
            if (record is null || record.Sequence != records.Count + 1) throw Damaged(location, records.Count + 1);
            records.Add(record);
            bytes = bytes.Slice(newline + 1);
        }

        return (records, TornTail: false);
    }

    /// <summary>A file is created with its first record whole: one without it was cut off later.</summary>
    public static AppStatusException Empty(string location) => new(
        ErrorId.JournalDamaged,
        $"The journal {location} is damaged: it holds no whole record. It is not used.",
        "Compare the members of the pool by hand with what they should be, and move the file away.",
        location);

    private static JournalRecord? TryRead(ReadOnlySpan<byte> line)
    {
        try
        {
            return JournalLine.Read(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AppStatusException Damaged(string location, int line) => new(
        ErrorId.JournalDamaged,
        $"The journal {location} is damaged at line {line}: its checksum or its number is wrong. It is not used.",
        "Compare the members of the pool by hand with the first line of the journal, which holds them as they were.",
        location);
}
