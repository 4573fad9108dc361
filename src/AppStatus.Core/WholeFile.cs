namespace AppStatus.Core;

/// <summary>Files that are there whole or not at all, whoever reads them when.</summary>
internal static class WholeFile
{
    /// <summary>Writes it beside the old one, and then in its place; it is on the disk when this returns. One writer at a time.</summary>
    /// <exception cref="IOException">It can't be written, and the old one is there still; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static void Write(string path, byte[] content)
    {
        string fresh = path + ".new";
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content, 0, content.Length);
            file.Flush(flushToDisk: true);
        }

        if (File.Exists(path)) File.Replace(fresh, path, destinationBackupFileName: null);
        else File.Move(fresh, path);
    }

    /// <summary>Reads it without standing in the way of whoever replaces it.</summary>
    /// <exception cref="IOException">It can't be read, or is not there; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy.ToArray();
    }
}
