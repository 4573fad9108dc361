using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>Tells a torn tail, which a crash leaves, from damage, which nothing of ours does.</summary>
internal static class JournalReader
{
    /// <param name="before">So many records stand before these.</param>
    public static (IReadOnlyList<JournalRecord> Records, bool TornTail) Read(ReadOnlySpan<byte> bytes, string location, int before = 0)
    {
        var records = new List<JournalRecord>();
        while (!bytes.IsEmpty)
        {
            int newline = bytes.IndexOf((byte)'\n');
            if (newline < 0 && before + records.Count > 0) return (records, TornTail: true);
            if (newline < 0) break;

            JournalRecord? record = TryRead(bytes.Slice(0, newline));
            if (record is null || record.Sequence != before + records.Count + 1) throw Damaged(location, before + records.Count + 1);
            records.Add(record);
            bytes = bytes.Slice(newline + 1);
        }

        // Journals are created whole: one without a first record has lost what it was created with.
        return before + records.Count > 0 ? (records, TornTail: false) : throw Damaged(location, 1);
    }

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

    public static AppStatusException Damaged(string location, int line) => new(
        ErrorId.JournalDamaged,
        $"The journal {location} is damaged at line {line}: its checksum or its number is wrong. It is not used.",
        "Compare the members of its pools by hand with the journal's first line, which holds them as they were; then move the journal out of the store, and new deployments of these pools may start.",
        location);
}
