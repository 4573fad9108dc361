using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Maintenance;

/// <summary>A file a member in a folder of the store. One is written whole beside the old one, and then takes its place.</summary>
internal sealed class FileSuspensions(string folder) : ISuspensions
{
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(5);

    public Task<IReadOnlyList<SuspendedMember>> ListAsync(Action<Fault> unreadable, CancellationToken cancellationToken) => TryAsync<IReadOnlyList<SuspendedMember>>(() =>
        Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.json").Select(path => TryRead(path, unreadable)).OfType<SuspendedMember>().OrderBy(member => member.SuspendedAt).ThenBy(SuspensionRecords.Key, StringComparer.Ordinal)]
            : []);

    public Task WriteAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken) => TryAsync(() =>
    {
        if (!lease.IsValidFor(WriteLimit)) throw SuspensionRecords.Lost(member);
        if (!Directory.Exists(folder)) StoreFolder.Create(folder);
        string path = PathOf(member);
        if (File.Exists(path)) SuspensionRecords.Read(WholeFile.Read(path), path);
        WholeFile.Write(path, SuspensionRecords.Write(member));
        return true;
    });

    public Task RemoveAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken) => TryAsync(() =>
    {
        if (!lease.IsValidFor(WriteLimit)) throw SuspensionRecords.Lost(member);
        if (Directory.Exists(folder)) File.Delete(PathOf(member));
        return true;
    });

    private string PathOf(SuspendedMember member) => Path.Combine(folder, FileLeaseStore.Hash(SuspensionRecords.Key(member)) + ".json");

    private static SuspendedMember? TryRead(string path, Action<Fault> unreadable)
    {
        try
        {
            return SuspensionRecords.Read(WholeFile.Read(path), path);
        }
        catch (FileNotFoundException)
        {
            // It has been put back since.
        }
        catch (AppStatusException exception)
        {
            unreadable(exception.Fault);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            unreadable(SuspensionRecords.Unreadable(path, cause.Message));
        }

        return null;
    }

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
