namespace AppStatus.Core;

/// <summary>Whether files can be made in a folder, found out by making one; nothing is left of it.</summary>
internal static class WritableFolder
{
    /// <param name="folder">A full path. Where it is not there yet, it is asked of the folder in which it would be made.</param>
    /// <exception cref="IOException">They can't, and why; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static void Require(string folder)
    {
        string existing = folder;
        while (!Directory.Exists(existing))
        {
            if (File.Exists(existing)) throw new IOException($"{existing} is a file.");
            existing = Path.GetDirectoryName(existing) ?? throw new DirectoryNotFoundException($"{folder} can't be made.");
        }

        new FileStream(Path.Combine(existing, $".{Guid.NewGuid():n}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
    }
}
