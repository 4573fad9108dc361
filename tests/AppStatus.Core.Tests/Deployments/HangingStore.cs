using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Maintenance;

namespace AppStatus.Core.Tests.Deployments;

/// <summary>A store that answers once what was said to a deployment, and then never again: a share that went away.</summary>
internal sealed class HangingStore(IDeploymentStore store) : IDeploymentStore
{
    private bool _answered;

    /// <summary>Whether somebody waits for an answer that does not come.</summary>
    public bool Hangs { get; private set; }

    public string Location => store.Location;

    public string JournalOf(string id) => store.JournalOf(id);

    public ILeaseStore Leases => store.Leases;

    public ISuspensions Suspensions => store.Suspensions;

    public Task CheckWritableAsync(CancellationToken cancellationToken) => store.CheckWritableAsync(cancellationToken);

    public Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> CreateAsync(DeploymentStarted first, ILease lease, CancellationToken cancellationToken) =>
        store.CreateAsync(first, lease, cancellationToken);

    public Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> OpenAsync(string id, ILease lease, CancellationToken cancellationToken) =>
        store.OpenAsync(id, lease, cancellationToken);

    public Task<IReadOnlyList<JournalRecord>> ReadAsync(string id, CancellationToken cancellationToken) => store.ReadAsync(id, cancellationToken);

    public Task<IReadOnlyList<JournalRecord>> ReadOnAsync(string id, JournalMark read, CancellationToken cancellationToken) => store.ReadOnAsync(id, read, cancellationToken);

    public Task<DeploymentPlan> ReadPlanAsync(string id, CancellationToken cancellationToken) => store.ReadPlanAsync(id, cancellationToken);

    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    public Task SendAsync(string id, ControlSignal signal, CancellationToken cancellationToken) => store.SendAsync(id, signal, cancellationToken);

    public Task<IReadOnlyList<ControlSignal>> ReceiveAsync(string id, int from, CancellationToken cancellationToken)
    {
        Hangs = _answered;
        _answered = true;
        // Whatever the token says: nothing calls back who waits for a disk.
        return Hangs ? new TaskCompletionSource<IReadOnlyList<ControlSignal>>().Task : store.ReceiveAsync(id, from, cancellationToken);
    }

    public void Dispose()
    {
    }
}
