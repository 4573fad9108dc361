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
    /// <returns>Null while another has it open, if only to look at it.</returns>
    public static HeldFile? TryOpen(string path) =>
        SharedFile.TryOpen(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None) is { } file ? new HeldFile(file, path) : null;

    /// <summary>Keeps a holder out for as long as it is open, but nobody else who looks: none of them is taken for a holder.</summary>
    /// <param name="path">Without its extension.</param>
    /// <returns>Null while somebody holds it.</returns>
    /// <exception cref="FileNotFoundException">Nobody ever held it.</exception>
    public static FileStream? TryLook(string path) => SharedFile.TryOpen(path + ".lock", FileMode.Open, FileAccess.Read, FileShare.Read);

    public static LeaseRecord? ReadRecord(string path)
    {
        try
        {
            return LeaseRecords.Read(WholeFile.Read(path + ".json"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public LeaseRecord? ReadRecord() => ReadRecord(_path);

    public void Write(LeaseRecord record) => WholeFile.Write(_path + ".json", LeaseRecords.Write(record));

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
}
