using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>
/// Leases as exclusively opened files in a folder: <c>HASH.lock</c>, which the system frees when its process ends, however it ends.
/// Beside each lies <c>HASH.json</c> with the holder: on Unix a file that is opened exclusively can't be read by others.
/// The file <c>token</c> counts the fencing tokens.
/// </summary>
/// <param name="folder">The store's <c>leases</c> folder; on a share, its server must know locks.</param>
internal sealed class FileLeaseStore(string folder, TimeProvider time) : ILeaseStore
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LookDelay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LookersPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CounterPatience = TimeSpan.FromSeconds(10);

    public async Task<ILease> AcquireAsync(IReadOnlyCollection<string> keys, LeaseHolder holder, TimeSpan wait, CancellationToken cancellationToken)
    {
        string[] sorted = keys.Distinct(StringComparer.Ordinal).OrderBy(key => key, StringComparer.Ordinal).ToArray();
        var held = new List<HeldFile>();
        try
        {
            Directory.CreateDirectory(folder);
            long start = time.GetTimestamp();
            foreach (string key in sorted) held.Add(await TakeAsync(key, start, wait, cancellationToken).ConfigureAwait(false));

            LeaseHolder? before = held.Select(file => file.ReadRecord()).FirstOrDefault(record => record is { Released: false })?.Holder;
            long token = await NextTokenAsync(cancellationToken).ConfigureAwait(false);
            var record = new LeaseRecord(holder with { Since = time.GetUtcNow() }, Guid.NewGuid().ToString("N"), token);
            foreach (HeldFile file in held) file.Write(record);
            return new FileLease(folder, sorted, record, before, held);
        }
        catch (Exception e)
        {
            foreach (HeldFile file in held) file.Dispose();
            if (e is IOException or UnauthorizedAccessException) throw Unavailable(e.Message, e);
            throw;
        }
    }

    public Task<LeaseHolder?> FindHolderAsync(string key, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, Hash(key));
        try
        {
            using FileStream? free = HeldFile.TryLook(path);
            LeaseRecord? record = free is null ? HeldFile.ReadRecord(path) : null;
            return Task.FromResult(record is { Released: false, Ended: false } ? record.Holder : null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<LeaseHolder?>(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(e.Message, e);
        }
    }

    private async Task<HeldFile> TakeAsync(string key, long start, TimeSpan wait, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, Hash(key));
        bool looked = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (HeldFile.TryOpen(path) is { } file) return Taken(file);

            TimeSpan waited = time.GetElapsedTime(start);
            if (waited < wait + LookersPatience && IsOnlyLookedAt(path))
            {
                await time.DelayAsync(LookDelay, cancellationToken).ConfigureAwait(false);
                continue;
            }

            LeaseRecord? record = HeldFile.ReadRecord(path);
            // Between taking a lock and writing down who has it lies a moment: it is given one more look.
            bool known = record is { Released: false, Ended: false };
            if (waited >= wait && looked) throw LeaseFaults.Locked(key, known ? record!.Holder : null, left: null, waited);
            looked = waited >= wait;
            await time.DelayAsync(RetryDelay, cancellationToken).ConfigureAwait(false);
        }
    }

    // Until all pools of the lease are taken, which may be long, the record stays that of the last holder. If that one died, then
    // nobody may take it for alive because the file is locked.
    private static HeldFile Taken(HeldFile file)
    {
        try
        {
            if (file.ReadRecord() is { Released: false, Ended: false } dead) file.Write(dead with { Ended = true });
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static bool IsOnlyLookedAt(string path)
    {
        using FileStream? look = HeldFile.TryLook(path);
        return look is not null;
    }

    private async Task<long> NextTokenAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, "token");
        FileStream file = await SharedFile.OpenAsync(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, CounterPatience, time, cancellationToken).ConfigureAwait(false);
        using (file)
        {
            byte[] digits = new byte[32];
            int length = file.Read(digits, 0, digits.Length);
            string text = Encoding.ASCII.GetString(digits, 0, length).Trim();
            long last = 0;
            if (text.Length > 0 && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out last))
                throw Unavailable($"{path} holds no number", inner: null);

            // The width never changes, so that a write can't leave a part of an older number behind it.
            byte[] next = Encoding.ASCII.GetBytes((last + 1).ToString("D19", CultureInfo.InvariantCulture) + "\n");
            file.Position = 0;
            file.Write(next, 0, next.Length);
            file.Flush(flushToDisk: true);
            return last + 1;
        }
    }

    /// <summary>The name of a key's files: pools have names that no file may have.</summary>
    internal static string Hash(string key)
    {
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(Encoding.UTF8.GetBytes(key)).Take(16).Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private AppStatusException Unavailable(string why, Exception? inner) => LeaseFaults.Unavailable(folder, why, inner);
}
