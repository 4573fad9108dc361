using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>A journal in a file: one writer, many readers, each append flushed to the disk.</summary>
internal sealed class FileJournal : IJournal
{
    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private long _sequence;
    private bool _broken;

    private FileJournal(FileStream file, TimeProvider time)
    {
        _file = file;
        _time = time;
    }

    public string Location => _file.Name;

    /// <summary>Creates the journal of a new deployment; its first events are there when the file is, or it is not there at all.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.StoreUnavailable"/>.</exception>
    public static async Task<(FileJournal Journal, IReadOnlyList<JournalRecord> Records)> CreateAsync(
        string path, IReadOnlyList<JournalEvent> first, TimeProvider time, CancellationToken cancellationToken)
    {
        string temporary = path + ".new";
        try
        {
            StoreFolder.Create(Path.GetDirectoryName(path)!);
            IReadOnlyList<JournalRecord> records;
            using (var journal = new FileJournal(Open(temporary, FileMode.CreateNew), time))
                records = await journal.AppendAsync(first, cancellationToken).ConfigureAwait(false);
            File.Move(temporary, path);
            return (new FileJournal(Open(path, FileMode.Append), time) { _sequence = first.Count }, records);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            Discard(temporary);
            throw Unavailable(path, cause, "Nothing was touched.");
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    /// <summary>Opens a journal to go on with it. A torn last line, which a crash leaves, is cut off.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.JournalDamaged"/> or <see cref="ErrorId.StoreUnavailable"/>.</exception>
    public static (FileJournal Journal, IReadOnlyList<JournalRecord> Records) Open(string path, TimeProvider time)
    {
        (IReadOnlyList<JournalRecord> records, bool tornTail) = Read(path);
        try
        {
            FileStream file = Open(path, FileMode.Open);
            if (tornTail) CutTail(file, path);
            file.Seek(0, SeekOrigin.End);
            return (new FileJournal(file, time) { _sequence = records.Count }, records);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(path, cause, "Nothing was touched.");
        }
    }

    /// <summary>Reads a whole journal. A torn last line is left out and reported; any other damage is refused.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.JournalDamaged"/> or <see cref="ErrorId.StoreUnavailable"/>.</exception>
    public static (IReadOnlyList<JournalRecord> Records, bool TornTail) Read(string path)
    {
        try
        {
            using FileStream file = OpenToRead(path);
            using var copy = new MemoryStream();
            file.CopyTo(copy);
            return JournalReader.Read(copy.ToArray(), path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(path, cause, "Nothing was read.");
        }
    }

    /// <summary>Reads what has come since; nothing of the file where its length tells that nothing has.</summary>
    /// <exception cref="AppStatusException">As <see cref="Read"/>.</exception>
    public static IReadOnlyList<JournalRecord> ReadOn(string path, JournalMark read)
    {
        try
        {
            using FileStream file = OpenToRead(path);
            if (file.Length == read.Bytes && read.Records > 0) return [];
            // Of what was read only whole lines count, and nobody takes those back.
            if (file.Length < read.Bytes) throw JournalReader.Damaged(path, read.Records);
            file.Seek(read.Bytes, SeekOrigin.Begin);
            using var copy = new MemoryStream();
            file.CopyTo(copy);
            byte[] bytes = copy.ToArray();
            IReadOnlyList<JournalRecord> records = JournalReader.Read(bytes, path, read.Records).Records;
            read.Records += records.Count;
            read.Bytes += Array.LastIndexOf(bytes, (byte)'\n') + 1;
            return records;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(path, cause, "Nothing was read.");
        }
    }

    /// <summary>Reads the first record alone, whatever follows it.</summary>
    /// <exception cref="AppStatusException">As <see cref="Read"/>.</exception>
    public static JournalRecord ReadFirst(string path)
    {
        try
        {
            using FileStream file = OpenToRead(path);
            using var line = new MemoryStream();
            byte[] block = new byte[65536];
            int count, newline = -1;
            while (newline < 0 && (count = file.Read(block, 0, block.Length)) > 0)
            {
                newline = Array.IndexOf(block, (byte)'\n', 0, count);
                line.Write(block, 0, newline < 0 ? count : newline + 1);
            }

            return JournalReader.Read(line.ToArray(), path).Records[0];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(path, cause, "Nothing was read.");
        }
    }

    public async Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        if (_broken) throw Unavailable(Location, null, "An earlier write to it failed.");

        DateTimeOffset now = _time.GetUtcNow();
        JournalRecord[] records = events.Select((item, index) => new JournalRecord(_sequence + 1 + index, now, item)).ToArray();
        using var lines = new MemoryStream();
        foreach (JournalRecord record in records)
        {
            byte[] line = JournalLine.Write(record);
            lines.Write(line, 0, line.Length);
        }

        try
        {
            await _file.WriteAsync(lines.GetBuffer(), 0, (int)lines.Length, cancellationToken).ConfigureAwait(false);
            _file.Flush(flushToDisk: true);
        }
        catch (Exception cause)
        {
            // What reached the disk is unknown: nothing may follow it.
            _broken = true;
            // A file that has reached its size limit (EFBIG) is an argument out of range to .NET.
            if (cause is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException) throw Unavailable(Location, cause, "No further change is made.");
            throw;
        }

        _sequence += records.Length;
        return records;
    }

    public void Dispose() => _file.Dispose();

    // What a failed creation leaves would stand in the way of the next one.
    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void CutTail(FileStream file, string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        file.SetLength(Array.LastIndexOf(bytes, (byte)'\n') + 1);
        file.Flush(flushToDisk: true);
    }

    private static FileStream OpenToRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    // Unbuffered: what a failed write has left in a buffer would be written once more when the file is closed, or fail there again.
    private static FileStream Open(string path, FileMode mode) =>
        new(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 1, useAsync: false);

    private static AppStatusException Unavailable(string path, Exception? cause, string state) => new(
        ErrorId.StoreUnavailable,
        $"The journal {path} can't be used: {cause?.Message ?? "it is broken."} {state}",
        "Free or mend the folder, or name another one with -Store or APPSTATUS_STORE.",
        path,
        cause);
}
