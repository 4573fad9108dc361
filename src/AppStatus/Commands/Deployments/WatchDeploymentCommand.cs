using AppStatus.Core;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>Shows a running deployment live, from any console that sees its store. Ctrl+C ends the watching only.</summary>
[Cmdlet(VerbsCommon.Watch, "Deployment", DefaultParameterSetName = ById)]
[OutputType(typeof(DeploymentResult))]
public sealed class WatchDeploymentCommand : StoredDeploymentCmdlet
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private protected override async Task RunAsync(IPipelineWriter output, IDeploymentStore store, string id, CancellationToken cancellationToken)
    {
        var history = new DeploymentHistory(store);
        using var logs = new LaneLogs(null);
        using var narrator = new DeploymentNarrator(output, logs);
        int told = 0;
        RunState? shown = null;
        while (true)
        {
            // What is new is told as its driver told it, from the journal alone.
            IReadOnlyList<JournalRecord> records = await store.ReadAsync(id, cancellationToken).ConfigureAwait(false);
            shown ??= new RunState(((DeploymentStarted)records[0].Event).Plan);
            foreach (JournalRecord record in records.Skip(told))
            {
                shown.Apply(record);
                narrator.OnRecord(record, shown);
            }

            told = records.Count;
            (DeploymentResult result, RunState state) = await history.ReadAsync(id, cancellationToken).ConfigureAwait(false);
            if (state.Ended || result.State == DeploymentState.Interrupted)
            {
                output.WriteObject(result);
                return;
            }

            await MachineClock.DelayAsync(Interval, cancellationToken).ConfigureAwait(false);
        }
    }
}
