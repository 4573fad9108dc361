using System.Text;

namespace AppStatus.AspNetCore;

/// <summary>One word in a file. No status is the beginning of another, so a truncated file never reads as a different status.</summary>
internal sealed class StatusFile(string path)
{
    private const int LongestWord = 64;

    /// <summary>The status that was kept, or null where there is no file.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public InstanceStatus? Read()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[LongestWord];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = Encoding.UTF8.GetString(bytes, 0, count).TrimEnd('\r', '\n');
        return StatusWireFormat.TryParse(text, out var status)
            ? status
            : throw new InvalidDataException($"The status file '{path}' holds none of {StatusWireFormat.AllowedValues}.");
    }

    /// <summary>Replaces the file in one step: a crash leaves the old word or the new one, never a part.</summary>
    /// <exception cref="IOException">The file could not be written; the old one stands.</exception>
    public async Task WriteAsync(InstanceStatus status, CancellationToken cancellationToken)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            await using (stream)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(status.ToWire() + "\n"), cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
