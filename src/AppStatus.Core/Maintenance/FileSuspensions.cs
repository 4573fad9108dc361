using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Maintenance;

/// <summary>A file a member in a folder of the store. One is written whole beside the old one, and then takes its place.</summary>
internal sealed class FileSuspensions(string folder) : ISuspensions
{
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);

    public Task<IReadOnlyList<SuspendedMember>> ListAsync(CancellationToken cancellationToken) => TryAsync<IReadOnlyList<SuspendedMember>>(() =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.json").Select(path => SuspensionRecords.Read(File.ReadAllBytes(path), path)).OrderBy(member => member.SuspendedAt).ThenBy(SuspensionRecords.Key, StringComparer.Ordinal)]
            : []);

    public Task WriteAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken) => TryAsync(() =>
    {
        if (!lease.IsValidFor(WriteLimit)) throw SuspensionRecords.Lost(member);
        if (!Directory.Exists(folder)) StoreFolder.Create(folder);
        string path = PathOf(member), fresh = path + ".new";
        byte[] record = SuspensionRecords.Write(member);
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(record, 0, record.Length);
            file.Flush(flushToDisk: true);
        }

        if (File.Exists(path)) File.Replace(fresh, path, destinationBackupFileName: null);
        else File.Move(fresh, path);
        return true;
    });

    public Task RemoveAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken) => TryAsync(() =>
    {
        if (!lease.IsValidFor(WriteLimit)) throw SuspensionRecords.Lost(member);
        if (Directory.Exists(folder)) File.Delete(PathOf(member));
        return true;
    });

    private string PathOf(SuspendedMember member) => Path.Combine(folder, FileLeaseStore.Hash(SuspensionRecords.Key(member)) + ".json");

    private Task<T> TryAsync<T>(Func<T> use)
    {
        try
        {
            return Task.FromResult(use());
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AppStatusException(ErrorId.StoreUnavailable, $"The records of suspended members in {folder} can't be used: {cause.Message}", "Free or mend the folder, or name another store with -Store or APPSTATUS_STORE.", folder, cause);
        }
    }
}
