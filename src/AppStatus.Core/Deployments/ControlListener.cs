using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments;

/// <summary>Hears, through the store, what other consoles say to a deployment.</summary>
internal sealed class ControlListener(IDeploymentStore store, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Passes on what is said, until it is cancelled; never throws.</summary>
    /// <param name="heard">So many signals were meant for an earlier driver.</param>
    public async Task ListenAsync(string id, int heard, Action<ControlSignal> post, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    IReadOnlyList<ControlSignal> signals = await store.ReceiveAsync(id, heard, cancellationToken).ConfigureAwait(false);
                    // It may have taken longer than the run.
                    cancellationToken.ThrowIfCancellationRequested();
                    foreach (ControlSignal signal in signals) post(signal);
                    heard += signals.Count;
                }
                catch (AppStatusException)
                {
                    // A store that can't be read now is no reason to stop listening; the journal tells when it stays so.
                }

                await time.DelayAsync(Interval, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }
}
