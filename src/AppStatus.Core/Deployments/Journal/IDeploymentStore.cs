using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Maintenance;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>Where deployments are recorded, locked, and spoken to from other consoles.</summary>
internal interface IDeploymentStore : IDisposable
{
    /// <summary>For people: a folder, or a server.</summary>
    string Location { get; }

    /// <summary>Where a deployment's journal is kept: a file's path, or a key of a server.</summary>
    string JournalOf(string id);

    ILeaseStore Leases { get; }

    /// <summary>The members that are out for maintenance.</summary>
    ISuspensions Suspensions { get; }

    /// <summary>Whether a deployment could be recorded now; leaves nothing.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>.</exception>
    Task CheckWritableAsync(CancellationToken cancellationToken);

    /// <summary>Records a new deployment, its plan and the snapshot in it, before anything is touched.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/> or <see cref="Errors.ErrorId.LeaseLost"/>.</exception>
    Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> CreateAsync(DeploymentStarted first, ILease lease, CancellationToken cancellationToken);

    /// <summary>Opens a journal to go on with it, under a lease of its pools.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.DeploymentNotFound"/>, <see cref="Errors.ErrorId.JournalDamaged"/>, <see cref="Errors.ErrorId.StoreUnavailable"/> or <see cref="Errors.ErrorId.LeaseLost"/>.</exception>
    Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> OpenAsync(string id, ILease lease, CancellationToken cancellationToken);

    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.DeploymentNotFound"/>, <see cref="Errors.ErrorId.JournalDamaged"/> or <see cref="Errors.ErrorId.StoreUnavailable"/>.</exception>
    Task<IReadOnlyList<JournalRecord>> ReadAsync(string id, CancellationToken cancellationToken);

    /// <summary>What a journal holds behind what was read of it before. Nothing new costs next to nothing.</summary>
    /// <param name="read">How far it was read; it is moved on.</param>
    /// <exception cref="Errors.AppStatusException">As <see cref="ReadAsync"/>.</exception>
    Task<IReadOnlyList<JournalRecord>> ReadOnAsync(string id, JournalMark read, CancellationToken cancellationToken);

    /// <summary>The plan alone, of a journal whose first record is whole, whatever became of the others.</summary>
    /// <exception cref="Errors.AppStatusException">As <see cref="ReadAsync"/>.</exception>
    Task<DeploymentPlan> ReadPlanAsync(string id, CancellationToken cancellationToken);

    /// <summary>The ids of all deployments, the newest first: their order is that in which they were created.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Leaves a signal for whoever drives the deployment.</summary>
    Task SendAsync(string id, ControlSignal signal, CancellationToken cancellationToken);

    /// <summary>The signals from the given one on (0: the first), in order.</summary>
    Task<IReadOnlyList<ControlSignal>> ReceiveAsync(string id, int from, CancellationToken cancellationToken);
}
