using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>Takes records only while the lease is ours: whoever holds it next goes on from what is there.</summary>
internal sealed class LeasedJournal(IJournal journal, ILease lease, string id) : IJournal
{
    public string Location => journal.Location;

    public Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        Require(lease, id);
        return journal.AppendAsync(events, cancellationToken);
    }

    public void Dispose() => journal.Dispose();

    /// <exception cref="AppStatusException"><see cref="ErrorId.LeaseLost"/>.</exception>
    public static void Require(ILease lease, string id)
    {
        if (lease.Lost.IsCancellationRequested) throw LeaseFaults.Lost(id);
    }
}
