namespace AppStatus.Core.Deployments.Leases;

/// <summary>A lock file that this process has open exclusively.</summary>
internal sealed class HeldFile : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    private HeldFile(FileStream file, string path)
    {
        _file = file;
        _path = path;
    }

    /// <param name="path">Without its extension.</param>
    /// <returns>Null while another has it open.</returns>
    public static HeldFile? TryOpen(string path) => TryOpenExclusively(path + ".lock") is { } file ? new HeldFile(file, path) : null;

    public static FileStream? TryOpenExclusively(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException e) when (IsInUse(e))
        {
            return null;
        }
    }

    public static LeaseRecord? ReadRecord(string path)
    {
        try
        {
            using var file = new FileStream(path + ".json", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            file.CopyTo(copy);
            return LeaseRecords.Read(copy.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public LeaseRecord? ReadRecord() => ReadRecord(_path);

    public void Write(LeaseRecord record)
    {
        byte[] json = LeaseRecords.Write(record);
        using var file = new FileStream(_path + ".json", FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(json, 0, json.Length);
    }

    /// <summary>Writes through the handle: that of a share that was away is dead, and its lock with it.</summary>
    public bool IsAlive()
    {
        try
        {
            lock (_file)
            {
                _file.Position = 0;
                _file.WriteByte((byte)'.');
                _file.Flush();
            }

            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    // The file stays: whoever deleted it could delete one that another has just opened.
    public void Dispose()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // The handle is gone either way.
        }
    }

    // Windows: ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION. Unix: EWOULDBLOCK, 11 on Linux and 35 on macOS.
    private static bool IsInUse(IOException e) => e.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021) or 11 or 35;
}
