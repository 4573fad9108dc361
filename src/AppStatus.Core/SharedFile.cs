namespace AppStatus.Core;

/// <summary>
/// Opens files that other processes open, too. Who has one exclusively keeps everybody else out; on Unix nothing less excludes
/// anybody: there, a writer who lets others read lets them write as well.
/// </summary>
internal static class SharedFile
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(10);

    /// <returns>Null while another has it open in a way that excludes this one.</returns>
    /// <exception cref="IOException">Anything else that stands in the way; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static FileStream? TryOpen(string path, FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, mode, access, share, bufferSize: 1);
        }
        catch (IOException e) when (IsInUse(e))
        {
            return null;
        }
    }

    /// <summary>As <see cref="TryOpen"/>, and waits for its turn.</summary>
    /// <param name="patience">Whoever has the file uses it for a moment only, and not for so long.</param>
    /// <exception cref="IOException">It is still in use then; or <see cref="TryOpen"/>'s.</exception>
    public static async Task<FileStream> OpenAsync(string path, FileMode mode, FileAccess access, FileShare share, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            if (TryOpen(path, mode, access, share) is { } file) return file;
            if (time.GetElapsedTime(start) > patience) throw new IOException($"Another process keeps {path} open.");
            await time.DelayAsync(RetryDelay, cancellationToken).ConfigureAwait(false);
        }
    }

    // Windows: ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION. Unix: EWOULDBLOCK, 11 on Linux and 35 on macOS.
    private static bool IsInUse(IOException e) => e.HResult is unchecked((int)0x80070020) or unchecked((int)0x80070021) or 11 or 35;
}
