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
        var read = new JournalMark();
        RunState? shown = null;
        while (true)
        {
            await TellAsync().ConfigureAwait(false);
            bool driven = !shown!.Ended && await history.IsDrivenAsync(shown, cancellationToken).ConfigureAwait(false);
            // It may have ended between the two looks.
            if (!driven && !shown.Ended) await TellAsync().ConfigureAwait(false);
            if (!driven)
            {
                output.WriteObject(history.Describe(shown, driven));
                return;
            }

            await MachineClock.DelayAsync(Interval, cancellationToken).ConfigureAwait(false);
        }

        // What is new is told as its driver told it, from the journal alone.
        async Task TellAsync()
        {
            foreach (JournalRecord record in await store.ReadOnAsync(id, read, cancellationToken).ConfigureAwait(false))
            {
                shown ??= new RunState(((DeploymentStarted)record.Event).Plan);
                shown.Apply(record);
                narrator.OnRecord(record, shown);
            }
        }
    }
}
