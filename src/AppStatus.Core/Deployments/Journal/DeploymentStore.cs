using System.Diagnostics;
using System.Globalization;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>The folder in which deployments keep their journals: <c>deployments/ID.jsonl</c> in it.</summary>
internal sealed class DeploymentStore(string folder)
{
    public string Folder { get; } = folder;

    /// <summary>Records a new deployment, its plan and the snapshot in it, before anything is touched.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>.</exception>
    public async Task<(IJournal Journal, RunState State)> CreateAsync(
        DeploymentPlan plan, TimeProvider time, IDeploymentObserver observer, CancellationToken cancellationToken)
    {
        string id = NewId(time.GetUtcNow());
        using Process self = Process.GetCurrentProcess();
        var started = new DeploymentStarted(id, plan, Environment.MachineName, Environment.UserName, self.Id);
        (FileJournal journal, IReadOnlyList<JournalRecord> records) = await FileJournal
            .CreateAsync(Path.Combine(Folder, "deployments", id + ".jsonl"), [started], time, cancellationToken).ConfigureAwait(false);

        var state = new RunState(plan);
        foreach (JournalRecord record in records)
        {
            state.Apply(record);
            observer.OnRecord(record, state);
        }

        return (journal, state);
    }

    // Sorts by time, can be typed, and two machines don't make the same one.
    private static string NewId(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-" + Guid.NewGuid().ToString("N").Substring(0, 6);
}
