using System.Text;
using System.Text.Json;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Maintenance;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>
/// A folder, which may be on a share: <c>deployments/ID.jsonl</c> are the journals, <c>ID.signals</c> beside them what other
/// consoles say, <c>leases</c> the locks, and <c>suspended</c> what is out for maintenance.
/// </summary>
internal sealed class FileDeploymentStore : IDeploymentStore
{
    // A signal is written or read in a moment; a share may be slow.
    private static readonly TimeSpan SignalPatience = TimeSpan.FromSeconds(5);

    private readonly string _deployments;
    private readonly TimeProvider _time;

    public FileDeploymentStore(string folder, TimeProvider time)
    {
        Location = folder;
        _deployments = Path.Combine(folder, "deployments");
        _time = time;
        Leases = new FileLeaseStore(Path.Combine(folder, "leases"), time);
        Suspensions = new FileSuspensions(Path.Combine(folder, "suspended"));
    }

    public string Location { get; }

    public string JournalOf(string id) => PathOf(id);

    public ILeaseStore Leases { get; }

    public ISuspensions Suspensions { get; }

    public Task CheckWritableAsync(CancellationToken cancellationToken)
    {
        try
        {
            WritableFolder.Require(_deployments);
            return Task.CompletedTask;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(cause);
        }
    }

    public async Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> CreateAsync(DeploymentStarted first, ILease lease, CancellationToken cancellationToken) =>
        await FileJournal.CreateAsync(PathOf(first.Id), [first], _time, cancellationToken).ConfigureAwait(false);

    public Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> OpenAsync(string id, ILease lease, CancellationToken cancellationToken)
    {
        (FileJournal journal, IReadOnlyList<JournalRecord> records) = FileJournal.Open(Existing(id), _time);
        return Task.FromResult<(IJournal, IReadOnlyList<JournalRecord>)>((journal, records));
    }

    public Task<IReadOnlyList<JournalRecord>> ReadAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(FileJournal.Read(Existing(id)).Records);

    public Task<IReadOnlyList<JournalRecord>> ReadOnAsync(string id, JournalMark read, CancellationToken cancellationToken) =>
        Task.FromResult(FileJournal.ReadOn(Existing(id), read));

    public Task<DeploymentPlan> ReadPlanAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(((DeploymentStarted)FileJournal.ReadFirst(Existing(id)).Event).Plan);

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The ids sort as they were created.
            IReadOnlyList<string> ids = Directory.Exists(_deployments)
                ? [.. Directory.EnumerateFiles(_deployments, "*.jsonl").Select(Path.GetFileNameWithoutExtension).OrderByDescending(id => id, StringComparer.Ordinal)]
                : [];
            return Task.FromResult(ids);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(cause);
        }
    }

    public async Task SendAsync(string id, ControlSignal signal, CancellationToken cancellationToken)
    {
        byte[] line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(signal, JournalJson.Default.ControlSignal) + "\n");
        try
        {
            // One sender at a time: to append means to look where the end is, and then to write there.
            FileStream file = await SharedFile.OpenAsync(SignalsOf(id), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, SignalPatience, _time, cancellationToken).ConfigureAwait(false);
            using (file)
            {
                // What a sender who died has left must not swallow this one.
                if (!EndsWhole(file)) file.WriteByte((byte)'\n');
                file.Write(line, 0, line.Length);
                file.Flush(flushToDisk: true);
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(cause);
        }
    }

    public async Task<IReadOnlyList<ControlSignal>> ReceiveAsync(string id, int from, CancellationToken cancellationToken)
    {
        string path = SignalsOf(id);
        if (!File.Exists(path)) return [];
        try
        {
            using FileStream file = await SharedFile.OpenAsync(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, SignalPatience, _time, cancellationToken).ConfigureAwait(false);
            using var reader = new StreamReader(file, Encoding.UTF8);
            string text = reader.ReadToEnd();
            // What has no newline yet is still being written.
            string[] lines = text.Split('\n');
            return [.. lines.Take(lines.Length - 1).Skip(from).Select(ControlSignal.Parse)];
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(cause);
        }
    }

    public void Dispose()
    {
    }

    // Leaves the position at the end.
    private static bool EndsWhole(FileStream file)
    {
        if (file.Length == 0) return true;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private string Existing(string id)
    {
        string path = PathOf(id);
        return File.Exists(path) ? path : throw DeploymentId.NotFound(id, Location);
    }

    private string PathOf(string id) => Path.Combine(_deployments, Checked(id) + ".jsonl");

    private string SignalsOf(string id) => Path.Combine(_deployments, Checked(id) + ".signals");

    // An id that is typed must not lead out of the folder.
    private string Checked(string id) => DeploymentId.IsOne(id) ? id : throw DeploymentId.NotFound(id, Location);

    private AppStatusException Unavailable(Exception cause) => new(
        ErrorId.StoreUnavailable, $"The store {Location} can't be used: {cause.Message}", "Free or mend the folder, or name another one with -Store or APPSTATUS_STORE.", Location, cause);
}
